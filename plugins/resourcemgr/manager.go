package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// manager is what the collectors read from. What several of them report is read once.
type manager struct {
	env      sdk.Env
	api      *platformapi.Client
	agent    *snmp.Agent
	database *postgres.Server

	checked   func(context.Context) (struct{}, error) // the contract
	objects   func(context.Context) (objects, error)
	licensing func(context.Context) (licensing, error)
	endpoints func(context.Context) (endpoints, error)
	users     func(context.Context) (int64, error)
}

func newManager(env sdk.Env) *manager {
	m := &manager{env: env, api: platformapi.Open(env), agent: snmp.Open(env), database: postgres.Open(env)}
	m.checked = sdk.Share(func(ctx context.Context) (struct{}, error) {
		return struct{}{}, postgres.Contract(ctx, m.database, contract()...)
	})
	m.objects = sdk.Share(func(ctx context.Context) (objects, error) { return snmp.Read[objects](ctx, m.agent) })
	m.licensing = sdk.Share(func(ctx context.Context) (licensing, error) {
		return postgres.Row[licensing](ctx, m.views(ctx), "license")
	})
	m.endpoints = sdk.Share(m.readEndpoints)
	m.users = sdk.Share(func(ctx context.Context) (int64, error) { return platformapi.Count(ctx, m.api, users) })
	return m
}
