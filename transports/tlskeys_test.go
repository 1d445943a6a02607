package transports_test

// A peer that does what crypto/tls never does by itself: TLS 1.3 by hand, behind a
// handshake of crypto/tls.

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/transports"
)

// The types of records, and a message.
const (
	handshakeRecord = 22
	dataRecord      = 23
	keyUpdate       = 24
)

// A sealer is one direction of a TLS 1.3 connection with TLS_AES_128_GCM_SHA256.
type sealer struct {
	secret []byte
	seq    uint64
}

// expand is HKDF-Expand-Label of RFC 8446.
func (s *sealer) expand(label string, n int) []byte {
	label = "tls13 " + label
	info := append([]byte{0, byte(n), byte(len(label))}, label...)
	key, err := hkdf.Expand(sha256.New, s.secret, string(append(info, 0)), n)
	must(err)
	return key
}

// update takes the next secret.
func (s *sealer) update() { s.secret, s.seq = s.expand("traffic upd", sha256.Size), 0 }

// next returns the cipher and the nonce for the next record.
func (s *sealer) next() (cipher.AEAD, []byte) {
	block, err := aes.NewCipher(s.expand("key", 16))
	must(err)
	aead, err := cipher.NewGCM(block)
	must(err)
	nonce := s.expand("iv", 12)
	binary.BigEndian.PutUint64(nonce[4:], binary.BigEndian.Uint64(nonce[4:])^s.seq)
	s.seq++
	return aead, nonce
}

// seal returns a record.
func (s *sealer) seal(kind byte, data ...byte) []byte {
	aead, nonce := s.next()
	data = append(data, kind)
	header := []byte{dataRecord, 3, 3, 0, byte(len(data) + aead.Overhead())}
	return aead.Seal(header, nonce, data, header)
}

// open returns what the first record of b holds, and the rest.
func (s *sealer) open(b []byte) (kind byte, data, rest []byte) {
	aead, nonce := s.next()
	n := 5 + int(binary.BigEndian.Uint16(b[3:]))
	data, err := aead.Open(nil, nonce, b[5:n], b[:5])
	must(err)
	return data[len(data)-1], data[:len(data)-1], b[n:]
}

// byHand connects to a server whose protocol is far, and then takes over from
// crypto/tls: it returns the connection below and both directions.
func byHand(ctx context.Context, far *recorder) (raw transports.Transport, arrived *bytes.Buffer, out, in *sealer) {
	var log bytes.Buffer
	client, server := certtest.Default().Client(), certtest.Default().Server()
	client.KeyLogWriter = &log
	server.SessionTicketsDisabled = true
	a, _ := secure(ctx, new(recorder), far, client, server)
	secret := func(label string) *sealer {
		for line := range strings.Lines(log.String()) {
			if f := strings.Fields(line); f[0] == label {
				b, err := hex.DecodeString(f[2])
				must(err)
				return &sealer{secret: b}
			}
		}
		panic("no " + label)
	}
	cs, _ := a.ConnectionState()
	if cs.CipherSuite != tls.TLS_AES_128_GCM_SHA256 {
		panic(tls.CipherSuiteName(cs.CipherSuite))
	}
	raw, arrived = below(a), new(bytes.Buffer)
	raw.SetProtocol(&recorder{onData: func(data []byte) { arrived.Write(data) }})
	return raw, arrived, secret("CLIENT_TRAFFIC_SECRET_0"), secret("SERVER_TRAFFIC_SECRET_0")
}

func TestKeyUpdate(t *testing.T) {
	leak.Check(t)
	for _, asked := range []byte{0, 1} {
		for _, pieces := range []bool{false, true} {
			t.Run(fmt.Sprintf("asked %d, in pieces %v", asked, pieces), func(t *testing.T) {
				run(t, func(ctx context.Context) {
					var far recorder
					raw, arrived, out, in := byHand(ctx, &far)
					far.onData = func(data []byte) { far.t.Write(data) }
					sent := out.seal(dataRecord, []byte("one")...)
					if pieces { // even of the message
						sent = append(sent, out.seal(handshakeRecord, keyUpdate, 0)...)
						sent = append(sent, out.seal(handshakeRecord, 0, 1, asked)...)
					} else {
						sent = append(sent, out.seal(handshakeRecord, keyUpdate, 0, 0, 1, asked)...)
					}
					out.update()
					sent = append(sent, out.seal(dataRecord, []byte("two")...)...)
					if !pieces {
						raw.Write(sent)
						settle(ctx)
					}
					for i := 0; pieces && i < len(sent); i++ {
						raw.Write(sent[i : i+1])
						settle(ctx)
					}
					var got []string
					for rest := arrived.Bytes(); len(rest) > 0; {
						var kind byte
						var data []byte
						kind, data, rest = in.open(rest)
						got = append(got, fmt.Sprintf("%d %q", kind, data))
						if kind == handshakeRecord {
							in.update()
						}
					}
					update, want := `22 "\x18\x00\x00\x01\x00"`, []string{`23 "onetwo"`}
					switch {
					case pieces && asked == 1:
						want = []string{`23 "one"`, update, `23 "two"`}
					case pieces:
						want = []string{`23 "one"`, `23 "two"`}
					case asked == 1:
						want = []string{update, `23 "onetwo"`}
					}
					looptest.Equal(t, "answers", got, want)
					raw.Write(out.seal(21, 1, 0)) // close_notify
					settle(ctx)
					looptest.Equal(t, "the end", far.log[len(far.log)-2:], []string{"eof", "lost nil"})
				})
			})
		}
	}
}

// What is an error for crypto/tls, but could be read past.
func TestUnexpectedHandshakeMessage(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var far recorder
		raw, arrived, out, in := byHand(ctx, &far)
		raw.Write(append(out.seal(handshakeRecord, 20, 0, 0, 1, 0), out.seal(dataRecord, []byte("x")...)...))
		settle(ctx)
		kind, data, _ := in.open(arrived.Bytes())
		looptest.Equal(t, "alert", []byte{kind, data[0], data[1]}, []byte{21, 2, 10})
		looptest.Equal(t, "the server's protocol", far.take()[1:], []string{"lost tls: received unexpected handshake message of type *tls.finishedMsg"})
	})
}
