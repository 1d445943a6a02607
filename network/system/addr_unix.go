//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

// Addresses, as package net has them and as the system does.

import (
	"net"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// An endpoint is an address as the system has it.
type endpoint struct {
	family int
	sa     syscall.Sockaddr
	any    bool // an IP address that was left open, so that it is of both families
}

// endpointOf translates an address.
func endpointOf(addr net.Addr) (endpoint, error) {
	switch a := addr.(type) {
	case *net.TCPAddr:
		return ipEndpoint(a.IP, a.Port, a.Zone)
	case *net.UDPAddr:
		return ipEndpoint(a.IP, a.Port, a.Zone)
	case *net.UnixAddr:
		return unixEndpoint(a.Name)
	}
	return endpoint{}, &net.AddrError{Err: "unexpected address type", Addr: addr.String()}
}

func ipEndpoint(ip net.IP, port int, zone string) (endpoint, error) {
	switch {
	case port < 0 || port > 65535:
		return endpoint{}, &net.AddrError{Err: "invalid port", Addr: strconv.Itoa(port)}
	case len(ip) == 0:
		return endpoint{family: syscall.AF_INET6, sa: &syscall.SockaddrInet6{Port: port}, any: true}, nil
	}
	if ip4 := ip.To4(); ip4 != nil {
		return endpoint{family: syscall.AF_INET, sa: &syscall.SockaddrInet4{Port: port, Addr: [4]byte(ip4)}}, nil
	}
	if len(ip) != net.IPv6len {
		return endpoint{}, &net.AddrError{Err: "invalid IP address", Addr: ip.String()}
	}
	index, err := zoneIndex(zone)
	if err != nil {
		return endpoint{}, err
	}
	return endpoint{family: syscall.AF_INET6, sa: &syscall.SockaddrInet6{Port: port, ZoneId: index, Addr: [16]byte(ip)}}, nil
}

func zoneIndex(zone string) (uint32, error) {
	if zone == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n), nil
	}
	i, err := net.InterfaceByName(zone)
	if err != nil {
		return 0, &net.AddrError{Err: "unknown IPv6 zone", Addr: zone}
	}
	return uint32(i.Index), nil
}

// maxPath is how long a path of a unix socket may be, with the zero byte at its end.
const maxPath = len(syscall.RawSockaddrUnix{}.Path)

func unixEndpoint(name string) (endpoint, error) {
	room := maxPath - 1
	if isAbstract(name) {
		room = maxPath
	}
	switch {
	case strings.IndexByte(name, 0) >= 0:
		return endpoint{}, &net.AddrError{Err: "a zero byte in the path of a unix socket; begin an abstract name with @", Addr: strconv.Quote(name)}
	case len(name) > room:
		return endpoint{}, &net.AddrError{Err: "the path of a unix socket is longer than " + strconv.Itoa(room) + " bytes", Addr: name}
	}
	return endpoint{family: syscall.AF_UNIX, sa: &syscall.SockaddrUnix{Name: name}}, nil
}

// isAbstract reports whether a unix socket's name is no path. No name at all lets Linux
// choose one.
func isAbstract(name string) bool {
	return runtime.GOOS == "linux" && (name == "" || name[0] == '@')
}

// is4 makes an endpoint that was left open one of IPv4.
func (e endpoint) is4() endpoint {
	return endpoint{family: syscall.AF_INET, sa: &syscall.SockaddrInet4{Port: e.port()}}
}

func (e endpoint) port() int {
	switch sa := e.sa.(type) {
	case *syscall.SockaddrInet4:
		return sa.Port
	case *syscall.SockaddrInet6:
		return sa.Port
	}
	return 0
}

// to6 makes an address of IPv4 one that a socket of IPv6 can send to.
func (e endpoint) to6() endpoint {
	sa, ok := e.sa.(*syscall.SockaddrInet4)
	if !ok {
		return e
	}
	m := &syscall.SockaddrInet6{Port: sa.Port}
	copy(m.Addr[:], net.IP(sa.Addr[:]).To16())
	return endpoint{family: syscall.AF_INET6, sa: m}
}

// addrOf translates an address of the system for a network: tcp, udp, unix, unixgram.
func addrOf(network string, sa syscall.Sockaddr) net.Addr {
	switch sa := sa.(type) {
	case *syscall.SockaddrInet4:
		return ipAddr(network, net.IP(sa.Addr[:]), sa.Port, "")
	case *syscall.SockaddrInet6:
		return ipAddr(network, net.IP(sa.Addr[:]), sa.Port, zoneName(sa.ZoneId))
	case *syscall.SockaddrUnix:
		return &net.UnixAddr{Name: sa.Name, Net: network}
	}
	if strings.HasPrefix(network, "unix") {
		return &net.UnixAddr{Net: network} // of a socket that is not bound
	}
	return nil
}

func ipAddr(network string, ip net.IP, port int, zone string) net.Addr {
	if network == "udp" {
		return &net.UDPAddr{IP: ip, Port: port, Zone: zone}
	}
	return &net.TCPAddr{IP: ip, Port: port, Zone: zone}
}

func zoneName(index uint32) string {
	if index == 0 {
		return ""
	}
	if i, err := net.InterfaceByIndex(int(index)); err == nil {
		return i.Name
	}
	return strconv.Itoa(int(index))
}
