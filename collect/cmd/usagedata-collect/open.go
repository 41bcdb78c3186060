package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"polycom.com/usagedata/collect/config"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// receiver is what the commands share: the checked configuration, the store and the log.
type receiver struct {
	config.Settings
	objects store.Store
	log     *slog.Logger
}

// open reads the configuration and opens the store, which must be writable now. If only the store
// does not work, it returns the rest too.
func open(ctx context.Context, path string, std streams) (receiver, error) {
	settings, err := config.Load(path)
	if err != nil {
		return receiver{}, err
	}
	r := receiver{Settings: settings, log: newLog(settings.Log, std.err)}
	r.objects, err = openStore(settings.Config.Store)
	if err == nil {
		err = checkStore(ctx, r.objects)
	}
	if err != nil {
		return r, failed(settings.AtStore(err))
	}
	return r, nil
}

func openStore(c config.Store) (store.Store, error) {
	if c.Folder == "" {
		return store.OpenS3(store.S3Options{
			Endpoint: c.S3.Endpoint, Bucket: c.S3.Bucket, Prefix: c.S3.Prefix, Region: c.S3.Region,
			PathStyle: c.S3.PathStyle, CAFile: c.S3.CA,
			AccessKey: store.Secret{File: c.S3.AccessKeyFile}, SecretKey: store.Secret{File: c.S3.SecretKeyFile},
		})
	}
	return store.OpenFolder(durable.OS{}, c.Folder, c.KeepFree)
}

// storeLimit is how long the store may take to answer at start.
const storeLimit = 10 * time.Second

func checkStore(ctx context.Context, objects store.Store) error {
	ctx, cancel := context.WithTimeoutCause(ctx, storeLimit, fmt.Errorf("no answer within %v", storeLimit))
	defer cancel()
	err := objects.Check(ctx)
	if err != nil && ctx.Err() != nil {
		return usage.WithHint(context.Cause(ctx), usage.HintOf(err))
	}
	return err
}
