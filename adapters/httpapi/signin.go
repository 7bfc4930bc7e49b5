package httpapi

import "github.com/gofiber/fiber/v2"

// Operators' tries to sign in per second and client; they come by hand.
const (
	signInRate  = 0.1
	signInBurst = 10
)

// MaySignIn takes a token of the client's tries to sign in as an operator.
func (s *Server) MaySignIn(c *fiber.Ctx) error { return s.signIns.allow(s.ClientAddr(c)) }
