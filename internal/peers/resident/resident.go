// Package resident tells how much memory the process has.
package resident

import (
	"os"
	"strconv"
	"strings"
)

// Bytes returns the bytes of memory that the process has; 0 where there is no
// /proc/self/status.
func Bytes() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			v, _ := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return v * 1024
		}
	}
	return 0
}
