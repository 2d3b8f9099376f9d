package main

import (
	"errors"
	"log/slog"
	"os"

	helmcmd "helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/kube"
)

func helm() int {
	// Objects made by the rehearsal must have the same field manager as objects made by a user's own helm.
	kube.ManagedFieldsManager = "helm"

	command, err := helmcmd.NewRootCmd(os.Stdout, os.Args[1:], helmcmd.SetupLogging)
	if err != nil {
		slog.Error("helm did not start", "error", err)
		return 1
	}
	if err := command.Execute(); err != nil {
		var failure helmcmd.CommandError
		if errors.As(err, &failure) {
			return failure.ExitCode
		}
		return 1
	}
	return 0
}
