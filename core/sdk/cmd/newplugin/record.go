package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/recording"
	"polycom.com/usagedata/core/usage"
)

const recordSynopsis = "newplugin record -to URL -out FILE [-plugin DIR] [-texts FILE] [-ca FILE] " +
	"[-server-name NAME] [-listen HOST:PORT]"

// recordPlan is the command line of `newplugin record`.
type recordPlan struct {
	to, out, plugin, texts, ca, serverName, listen string

	target *url.URL
	words  vocabulary
	tls    *tls.Config
}

// record runs the proxy until it is interrupted, and writes the recording.
func record(args []string, out, problems io.Writer) error {
	p, err := parseRecord(args, problems)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return p.run(ctx, out)
}

func parseRecord(args []string, problems io.Writer) (recordPlan, error) {
	var p recordPlan
	flags := flag.NewFlagSet("newplugin record", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&p.to, "to", "",
		"`URL` of the product, as in the settings of the source: https://localhost:8443/api")
	flags.StringVar(&p.out, "out", "", "`file` to write; it must not exist")
	flags.StringVar(&p.plugin, "plugin", ".", "`folder` of the plugin: its texts stay, all others are replaced")
	flags.StringVar(&p.texts, "texts", "",
		"`file` with more texts that stay, one in each line: of a plugin in another language than Go, "+
			"or of packages elsewhere")
	flags.StringVar(&p.ca, "ca", "", "`file` of PEM certificates to verify the product's with; default: the system's")
	flags.StringVar(&p.serverName, "server-name", "",
		"`name` in the product's certificate, if it differs from the URL's")
	flags.StringVar(&p.listen, "listen", "127.0.0.1:0", "`address` of the proxy")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(problems, "usage: %s\n\nRecords a product's answers, without the names in them.\n\n",
			recordSynopsis)
		flags.SetOutput(problems)
		flags.PrintDefaults()
		return p, err
	} else if err != nil {
		return p, wrong(recordSynopsis, "%w", usage.PlainFlag(err))
	}
	if flags.NArg() > 0 || p.to == "" || p.out == "" {
		return p, wrong(recordSynopsis, "give -to and -out, and nothing else than flags")
	}
	return p, p.complete()
}

// complete reads everything that the recording needs, so that no mistake shows after it.
func (p *recordPlan) complete() (err error) {
	p.target, err = url.Parse(p.to)
	if err != nil || p.target.Host == "" || p.to != "https://"+p.target.Host+p.target.EscapedPath() {
		return wrong("for example -to https://localhost:8443/api", "-to must have only https://, host, port and path")
	}
	if _, err := os.Lstat(p.out); err == nil {
		return wrong("give another file", "-out exists already")
	}
	var listed []byte
	if p.texts != "" {
		if listed, err = regular.Read(p.texts, maxBody); err != nil {
			return wrong("give a text file", "-texts: %w", err)
		}
	}
	if p.words, err = vocabularyOf(p.plugin, listed); err != nil {
		return wrong("give the plugin's folder, with profile.yaml", "-plugin: %w", err)
	}
	trusted, err := sdk.CertPool(p.ca)
	if err != nil {
		return wrong("give a file of PEM certificates", "-ca: %w", err)
	}
	p.tls = &tls.Config{RootCAs: trusted, ServerName: p.serverName, MinVersion: tls.VersionTLS12}
	return nil
}

// run serves until the context ends, and writes the recording.
func (p recordPlan) run(ctx context.Context, out io.Writer) (err error) {
	listener, err := net.Listen("tcp", p.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	own, authority, err := ownCertificate(listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	caFile, err := filepath.Abs(p.out + ".ca.pem")
	if err == nil {
		err = os.WriteFile(caFile, authority, 0o644)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the proxy's certificate: %w", err), listener.Close())
	}
	defer func() { err = errors.Join(err, os.Remove(caFile)) }()
	r := newRecorder(&url.URL{Scheme: "https", Host: p.target.Host},
		&http.Transport{TLSClientConfig: p.tls, DisableCompression: true})
	r.proxy.ErrorLog = log.New(io.Discard, "", 0) // its lines have addresses
	server := &http.Server{Handler: r, ErrorLog: r.proxy.ErrorLog, ReadHeaderTimeout: 10 * time.Second,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}}
	fmt.Fprintf(out, "Recording. Give the plugin's source these settings, and end with Ctrl+C:\n"+
		"url: https://%s%s\nca: %s\n", listener.Addr(), p.target.EscapedPath(), caFile)
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(listener, "", "") }()
	select {
	case <-ctx.Done():
		err = server.Close()
		<-served
	case err = <-served:
	}
	return errors.Join(err, p.write(r, out))
}

// write writes the recording.
func (p recordPlan) write(r *recorder, out io.Writer) error {
	file, lines, err := r.file(p.words, p.target)
	if err != nil {
		return err
	}
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
	if len(file.Answers) == 0 {
		return errors.New("no answer was recorded, so no file is written")
	}
	text, err := file.Encode()
	if err == nil && len(text) > recording.MaxSize {
		err = fmt.Errorf("the recording is larger than %d MiB: record fewer answers", recording.MaxSize>>20)
	}
	if err == nil {
		err = writeNew(p.out, text)
	}
	if err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	fmt.Fprintf(out, "Wrote %d answers to %s. Read the file before you give it away.\n", len(file.Answers), p.out)
	return nil
}

// writeNew writes a file that does not exist, for its owner only.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// ownCertificate makes a certificate for the proxy, which is its own authority. It has a subject, because
// libraries of other languages refuse an issuer without a name. Its key is kept in memory only.
func ownCertificate(at net.Addr) (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}}
	if tcp, is := at.(*net.TCPAddr); is && !tcp.IP.IsUnspecified() {
		template.IPAddresses = append(template.IPAddresses, tcp.IP)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
