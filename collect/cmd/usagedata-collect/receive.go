package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/collect/listen"
	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/serve"
	"polycom.com/usagedata/core/usage"
)

func receiveCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "receive",
		Short: "receive documents until a signal ends it",
		Long: "Receives the documents of appliances, and answers each when it is stored. After SIGTERM or SIGINT it " +
			"answers the requests that have begun, and ends; SIGHUP changes nothing. Once an hour it also " +
			"removes the segments that are past their retention. The exit code is 2 if the configuration is " +
			"wrong, and 4 if the store does not work or the receiver cannot listen on an address.",
		RunE: func(c *cobra.Command, _ []string) error { return receiveDocuments(c.Context(), *path, std) },
	}
}

// Limits of writes to the store.
const (
	patience = 30 * time.Second // for one write
	writers  = 16               // writes at the same time
)

// receiveDocuments runs a receiver until the context ends.
func receiveDocuments(ctx context.Context, path string, std streams) error {
	r, err := open(ctx, path, std)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGHUP) // it would end the program without an answer, and systemd starts none after it
	options := serve.Options{
		Store: r.objects, Balancers: r.Networks, Terms: r.terms(), Log: r.log,
		Files:  listen.Files{Certificate: r.Certificate, Key: r.Key},
		Gather: r.Gather, GatherLate: r.GatherLate,
		RetryMin: r.RetryAfter.Min, RetryMax: r.RetryAfter.Max,
		Connections: r.Limits.Connections, PeerConnections: r.Limits.ConnectionsPerPeer,
		PeerRequests: r.Limits.RequestsPerPeer, Memory: r.Limits.Memory,
		Handshake: r.Limits.Handshake, Idle: r.Limits.Idle, Upload: r.Limits.Upload,
		Patience: patience, Writers: writers,
	}
	if r.ClientPool != nil {
		options.Files.Authorities, options.Files.Required = r.ClientAuthorities, r.ClientCertificates == "required"
	}
	if options.Listeners, options.Inner, err = r.listen(); err != nil {
		return failed(err)
	}
	for _, l := range options.Listeners {
		r.log.Info("receiving", "address", l.Addr().String())
	}
	return failed(serve.Run(ctx, options))
}

// terms are those on which documents are accepted and kept.
func (r receiver) terms() receive.Terms {
	return receive.Terms{Products: r.Products, Kept: time.Duration(r.Retention) * 24 * time.Hour}
}

// listen opens all listeners, or none.
func (r receiver) listen() (outer []net.Listener, inner net.Listener, err error) {
	var all []net.Listener
	for i, address := range append(r.Listen, r.Inner) {
		l, err := net.Listen("tcp", address)
		if err != nil {
			for _, before := range all {
				_ = before.Close()
			}
			key := "listen"
			if i == len(r.Listen) {
				key = "inner"
			}
			return nil, nil, usage.WithHint(fmt.Errorf("%s: cannot listen on %s: %w", key, address, cause(err)),
				"`ss -ltnp` lists the programs that listen; ports below 1024 need a capability")
		}
		all = append(all, l)
	}
	return all[:len(r.Listen)], all[len(r.Listen)], nil
}

// cause returns the error of a system call without the address, which the message has already.
func cause(err error) error {
	var at *net.OpError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
