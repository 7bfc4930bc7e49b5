package httpapi

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// ClientAddr is who asks, as far as limits are concerned: the peer, or, behind trusted proxies, the hop nearest to us that
// is none of them. What is further away in X-Forwarded-For could have been made up. Clients with IPv6 are told apart by
// their network of 64 bits, which one household has for itself.
func (s *Server) ClientAddr(c *fiber.Ctx) netip.Addr {
	client := peer(c.Context().RemoteAddr())
	if s.trusted(client) {
		client = s.lastUntrusted(client, c.Request().Header.PeekAll(fiber.HeaderXForwardedFor))
	}
	if client.Is6() {
		return netip.PrefixFrom(client, 64).Masked().Addr()
	}
	return client
}

// lastUntrusted walks the hops from the nearest to the furthest.
func (s *Server) lastUntrusted(client netip.Addr, headers [][]byte) netip.Addr {
	for _, header := range slices.Backward(headers) {
		for _, hop := range slices.Backward(strings.Split(string(header), ",")) {
			addr, ok := parseHop(strings.TrimSpace(hop))
			if !ok {
				return client
			}
			client = addr
			if !s.trusted(client) {
				return client
			}
		}
	}
	return client
}

func (s *Server) trusted(addr netip.Addr) bool {
	return slices.ContainsFunc(s.config.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseHop reads an address, which some proxies write with a port.
func parseHop(hop string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(hop)
	if err != nil {
		withPort, err := netip.ParseAddrPort(hop)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

func peer(addr net.Addr) netip.Addr {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}
