package observe

func oldRaws() []raw { return nil }
