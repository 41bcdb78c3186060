module polycom.com/usagedata/collect

go 1.26.0

replace polycom.com/usagedata => ../

require polycom.com/usagedata v0.0.0

require github.com/goccy/go-yaml v1.19.2 // indirect
