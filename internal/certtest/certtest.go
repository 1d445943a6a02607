// Package certtest makes certificates for the tests of several packages. They are
// valid from 1990 to 2100, so that they are in the bubbles of testing/synctest, whose
// time begins in 2000.
package certtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// An Authority signs certificates.
type Authority struct {
	Pool *x509.CertPool // with the authority alone
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Default returns an authority that all tests of a process share.
var Default = sync.OnceValue(New)

// New returns an authority that nobody knows.
func New() *Authority {
	a := &Authority{Pool: x509.NewCertPool()}
	a.key = newKey()
	a.cert = parse(sign(template("the tests' authority"), nil, a))
	a.Pool.AddCert(a.cert)
	return a
}

// Issue returns a certificate for the host names and IP addresses. edit, if not nil,
// may change it before it is signed.
func (a *Authority) Issue(edit func(c *x509.Certificate), names ...string) tls.Certificate {
	key := newKey()
	c := template(names[0])
	c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, name)
		}
	}
	if edit != nil {
		edit(c)
	}
	der := sign(c, &key.PublicKey, a)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parse(der)}
}

// Server returns the configuration of a server called localhost.
func (a *Authority) Server() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{a.Issue(nil, "localhost", "127.0.0.1", "::1")}}
}

// Client returns the configuration of a client that trusts the authority alone.
func (a *Authority) Client() *tls.Config { return &tls.Config{RootCAs: a.Pool} }

// Write writes the authority's certificate, and one of its certificates with the key,
// to files that openssl can read.
func (a *Authority) Write(t testing.TB, c tls.Certificate) (ca, cert, key string) {
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	must(err)
	return write("ca.pem", "CERTIFICATE", a.cert.Raw), write("cert.pem", "CERTIFICATE", c.Certificate[0]), write("key.pem", "PRIVATE KEY", der)
}

func template(name string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	must(err)
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
}

// sign signs c for a public key; for the authority's own if that is nil.
func sign(c *x509.Certificate, pub *ecdsa.PublicKey, a *Authority) []byte {
	parent := a.cert
	if pub == nil {
		pub, parent = &a.key.PublicKey, c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, pub, a.key)
	must(err)
	return der
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

func parse(der []byte) *x509.Certificate {
	c, err := x509.ParseCertificate(der)
	must(err)
	return c
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
