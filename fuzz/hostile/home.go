package hostile

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
)

// A HostError says that a host may not be fuzzed.
type HostError struct {
	// Host is what the user named, Address what it stands for.
	Host, Address string
}

func (e *HostError) Error() string {
	return fmt.Sprintf("fuzzing sends hostile requests, so it visits nobody but servers on this machine's own loopback addresses: "+
		"%s is %s; give --i-own-this-host if the server there is yours", e.Host, e.Address)
}

// atHome tells before anything is sent whether each address of the host is one of the
// loopback network.
func atHome(ctx context.Context, address string, o Options) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || o.Own || o.Target.UnixSocket != "" {
		return nil // what is no URL is said by those who visit it
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return fmt.Errorf("the addresses of %s cannot be looked up, so nobody knows whether it is this machine: %w", u.Hostname(), err)
	}
	for _, ip := range ips {
		if !ip.Unmap().IsLoopback() {
			return &HostError{u.Hostname(), ip.Unmap().String()}
		}
	}
	return nil
}

// onlyLoopback is asked about each address that is dialled: a name may stand for another
// one by then.
func onlyLoopback(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Unmap().IsLoopback() {
		return errors.Join(&HostError{"the target", address}, err)
	}
	return nil
}
