package scenario

import (
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/test/browser"
)

// TestAnEveningInTheStudio goes from a brief to a guest who comes, in the built binary, with a browser for the host and one
// for the guest.
func TestAnEveningInTheStudio(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	host, guest := browser.Open(t), browser.Open(t)
	host.Go(p.url + "/studio")
	host.Type("textbox", words.DescriptionLabel, "A garden party for Ada’s 40th birthday, 12 June at 4 pm, Kew Gardens")
	host.Click("button", words.DrawIt)
	host.AwaitText(words.Version(1))
	host.Type("textbox", words.RefineLabel, "Navy and gold")
	host.Click("button", words.RefineIt)
	host.AwaitText(words.Version(2))
	host.AwaitText(words.RefineHeading)
	host.Click("link", words.ChooseNew)
	host.Type("textbox", words.OccasionTitle, "Ada’s 40th birthday")
	host.Type("spinbutton", words.CapacityLabel, "3")
	host.Click("button", words.OpenIt)
	host.AwaitText(words.OccasionMade)
	host.Await("three seats are left", `document.querySelector("[data-count=seats]").textContent === "3"`)

	link := browser.Eval[string](host, `document.querySelector("#guest-link").value`)
	guest.Go(link)
	guest.Await("the second version is on the invitation", `document.querySelector(".artwork img").src.endsWith("/v/2.svg")`)
	guest.Type("textbox", words.NameLabel, "Grace Hopper")
	guest.Type("textbox", words.EmailLabel, "grace@example.org")
	guest.Click("radio", words.Yes+" "+words.YesMore)
	guest.Type("spinbutton", words.PartyLabel, "2")
	guest.Click("button", words.SendReply)
	guest.AwaitText(words.ReplySaved)

	host.Await("two are coming, one seat is left", `document.querySelector("[data-count=coming]").textContent === "2" && document.querySelector("[data-count=seats]").textContent === "1"`)
	host.Click("button", "1 "+words.NewSuffix)
	host.AwaitText("grace@example.org")
	page := browser.Eval[string](host, "location.pathname")
	p.awaitAnalytics(page[strings.LastIndex(page, "/")+1:], browser.Eval[string](host, `document.querySelector("#own-link").value.split("#t=")[1]`), 2)
	host.Go(p.url + page)
	host.Await("the reply is in the chart", `document.querySelectorAll(".chart rect").length === 1`)
	host.Go(p.url + "/studio")
	host.AwaitText("Ada’s 40th birthday")
}
