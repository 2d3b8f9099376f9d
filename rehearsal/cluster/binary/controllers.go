package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apiextensions-apiserver/pkg/client/informers/externalversions"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// controllers are a chart's controllers that run beside the control plane, because here no image can be pulled. They
// are started with it, long before the chart brings the CRDs that they cannot live without.
type controllers struct {
	// crds must be established before run is called.
	crds []string
	// run blocks until the context ends.
	run func(ctx context.Context, kubeconfig string) error
}

// errCRDsGone ends a run whose CRDs were deleted, or deleted and made again.
var errCRDsGone = errors.New("the CRDs are gone")

// serve starts over, as a fresh process under the same id, whenever a run ends: what a kubelet would do.
func (c controllers) serve() int {
	// A set of its own: on the shared one are the flags of every program in this binary.
	flags := flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "file that says where the API server is and who calls it")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return 2
	}
	log := logr.FromSlogHandler(slog.NewTextHandler(os.Stderr, nil))
	klog.SetLogger(log)
	ctrl.SetLogger(log)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	err := c.runWhileEstablished(ctx, *kubeconfig)
	if ctx.Err() == nil {
		log.Info("starting over", "reason", err.Error())
	}
	if !errors.Is(err, errCRDsGone) {
		// What fails at once would fail at once again, and fill the log.
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	// From here on a signal ends the process at once, so none is lost between this check and the new process.
	signal.Reset(syscall.SIGTERM, syscall.SIGINT)
	if ctx.Err() != nil {
		return 0
	}
	err = syscall.Exec("/proc/self/exe", os.Args, os.Environ())
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func (c controllers) runWhileEstablished(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := clientset.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0,
		externalversions.WithTransform(withoutSchema))
	crds := factory.Apiextensions().V1().CustomResourceDefinitions()

	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default: // one notice is waiting already
		}
	}
	if _, err := crds.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { notify() },
		UpdateFunc: func(any, any) { notify() },
		DeleteFunc: func(any) { notify() },
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())

	established := func() map[string]types.UID {
		all, _ := crds.Lister().List(labels.Everything()) // reads a cache, which cannot fail
		return c.establishedAmong(all)
	}
	var runsOn map[string]types.UID
	ended := make(chan error, 1)
	for {
		select {
		case <-ctx.Done():
			if runsOn != nil {
				return <-ended
			}
			return ctx.Err()
		case err := <-ended:
			if err == nil {
				err = errors.New("the controllers ended")
			}
			return err
		case <-changed:
		}
		now := established()
		if runsOn != nil && !maps.Equal(now, runsOn) {
			return errCRDsGone
		}
		if runsOn == nil && len(now) == len(c.crds) {
			runsOn = now
			go func() { ended <- c.run(ctx, kubeconfig) }()
		}
	}
}

// establishedAmong tells a CRD from one of the same name that was made after it by their UIDs.
func (c controllers) establishedAmong(all []*apiextensions.CustomResourceDefinition) map[string]types.UID {
	uids := map[string]types.UID{}
	for _, crd := range all {
		for _, name := range c.crds {
			if crd.Name == name && isEstablished(crd) {
				uids[name] = crd.UID
			}
		}
	}
	return uids
}

func isEstablished(crd *apiextensions.CustomResourceDefinition) bool {
	for _, condition := range crd.Status.Conditions {
		if condition.Type == apiextensions.Established {
			return condition.Status == apiextensions.ConditionTrue
		}
	}
	return false
}

// withoutSchema keeps the cache small: the schemas are megabytes and only the conditions are read.
func withoutSchema(object any) (any, error) {
	if crd, ok := object.(*apiextensions.CustomResourceDefinition); ok {
		crd.Spec.Versions = nil
		crd.ManagedFields = nil
	}
	return object, nil
}
