module polycom.com/usagedata/collect

go 1.26.0

replace polycom.com/usagedata => ../
