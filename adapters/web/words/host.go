package words

import "fmt"

// Making and changing an occasion.
const (
	OpenHeadingNew = "Send it out"
	OpenLead       = "Say when and where, and you get the link for your guests."
	EditHeading    = "Change the occasion"
	EditLead       = "Guests see it at once. Whoever has a seat keeps it, also when there are fewer."
	OccasionTitle  = "What it is called"
	StartsLabel    = "Begins"
	EndsLabel      = "Ends"
	ZoneLabel      = "Time zone"
	ZoneHint       = "Where it takes place, such as Europe/Berlin. The times above are that place’s."
	PlaceLabel     = "Where"
	CapacityLabel  = "Seats"
	CapacityHint   = "Empty: as many as come."
	DeadlineLabel  = "Reply by"
	PartyMostLabel = "Largest party"
	PartyMostHint  = "How many people one reply may be for."
	SwitchesLabel  = "Guests"
	WaitlistSwitch = "Keep a waiting list when it is full"
	NamesSwitch    = "Guests may see who else is on the list"
	CountsSwitch   = "Guests see how many are coming"
	DesignFixed    = "This design goes on the invitation, as it is now."
	OpenIt         = "Make the invitation"
	SaveIt         = "Save"
	BackToOccasion = "Back to the occasion"
	BadTitle       = "Please give it a name of 1 to 200 characters."
	BadPlace       = "Please keep the place within 300 characters."
	BadMoment      = "Please give a date and a time, such as 2027-06-12 16:00."
	SkippedTime    = "The clocks there are put forward just then, and never show this time. Please give one before or after."
	BadEnd         = "Please let it end after it begins."
	BadZone        = "Please give a time zone such as Europe/Berlin."
	BadCapacity    = "Please give a whole number from 1 to 10,000,000, or nothing."
	BadMostParty   = "Please give a whole number from 1 to 100."
	BadDesign      = "This design is not finished. Please choose another."
	OccasionSaved  = "Saved. Your guests see it now."
	OccasionMade   = "Your invitation is ready. Send its link to your guests."
	DesignChosen   = "Your guests see this design now."
	CallOffHeading = "Call it off?"
	CallOffText    = "All replies are deleted with it, and nobody can take that back. Guests see that it is called off when they open their invitation."
	CallOffLabel   = "To be sure, write its name"
	CallOffIt      = "Yes, call it off"
	CallOffKeep    = "No, keep it"
	CallOff        = "Call it off"
	BadSureTitle   = "This is not its name. Please write it as it stands above."
	OpeningHeading = "Open your occasion"
	OpeningText    = "Open your own link to it: the one that you kept when you made it. Or paste it here."
	OpeningLabel   = "Your link, or the code at its end"
	OpeningIt      = "Open it"
	OpeningNow     = "Opening your occasion…"
	OpensNothing   = "This opens nothing here. Perhaps a part of it got lost."
	SignOut        = "Sign out of this browser"
	SignOutHint    = "Keep your own link first: it is the only way back."
	GuestLinkLabel = "Link for your guests"
	OwnLinkSummary = "Your own link to this page"
	OwnLinkLabel   = "Whoever has it can do all that you can"
	Copy           = "Copy"
	Copied         = "Copied"
	LookAsGuest    = "See it as a guest"
	EditIt         = "Change"
	NowOpen        = "Guests can reply"
	NowClosed      = "Replies are closed"
	NowOver        = "This occasion is over"
	NumbersLabel   = "How it stands"
	ChartHeading   = "Replies over time"
	ChartMissing   = "The numbers over time can not be reached right now. Everything else is as it is."
	ChartEmpty     = "Nothing is counted yet."
	Until          = " to "
	ChartTable     = "The same as a table"
	ChartWhen      = "When"
	ChartReplies   = "Replies"
	ChartAsOf      = "As of"
	ChartFollows   = "Counted a moment after each reply."
	HourUnit       = "hour"
	DayUnit        = "day"
	WeekUnit       = "week"
)

// The guest list.
const (
	GuestsHeading     = "Guest list"
	GuestsTable       = "Guests, one in each row"
	TabAll            = "All"
	TabYes            = "Coming"
	TabMaybe          = "Maybe"
	TabNo             = "Not coming"
	TabWaiting        = "Waiting"
	TabCancelled      = "Cancelled"
	SearchLabel       = "Name or e-mail"
	SearchIt          = "Search"
	SortLabel         = "Order"
	SortNewest        = "Newest first"
	SortOldest        = "Oldest first"
	SortName          = "By name"
	SortParty         = "Largest party first"
	SortChanged       = "Last changed first"
	SortLine          = "By place in line"
	ShowAll           = "Show all"
	ColumnName        = "Name"
	ColumnEmail       = "E-mail"
	ColumnAnswer      = "Answer"
	ColumnParty       = "Party"
	ColumnNote        = "Note"
	ColumnWhen        = "When"
	NextGuests        = "Next page"
	FirstGuests       = "First page"
	DownloadSheet     = "Download as CSV"
	AddGuest          = "Add a guest"
	NewSuffix         = "new"
	ListChanged       = "Changed. Show it"
	EmptyList         = "Nobody has replied yet. Send the link to your guests."
	EmptySearch       = "Nobody here has such a name or address."
	EmptyTab          = "There is nobody on this part of the list."
	GuestHeading      = "Change a guest’s reply"
	AddHeading        = "Add a guest"
	AddLead           = "For whoever told you in another way. Where this site sends mails, they get the link to their reply."
	AddIt             = "Add to the list"
	GuestNameLabel    = "Name"
	GuestPartyLabel   = "How many are they?"
	GuestNoteLabel    = "Note"
	GuestEmailTaken   = "Somebody with this address is on the list already."
	GuestCancelled    = "They have cancelled. Only taking them off the list is left; whoever changes their mind replies again."
	GuestWaits        = "They wait for a seat. As soon as there is room for them, it is theirs."
	RemoveGuest       = "Take off the list"
	RemoveHeading     = "Take this guest off the list?"
	RemoveText        = "Their reply is deleted, and their seats go to whoever waits."
	RemoveIt          = "Yes, take off the list"
	RemoveKeep        = "No, keep"
	GuestAdded        = "Added to the list."
	GuestAddedWaiting = "Added to the waiting list: there are not enough seats right now."
	GuestSaved        = "Saved."
	GuestRemoved      = "Taken off the list."
	GuestComing       = "Coming"
	GuestMaybe        = "Maybe"
	GuestNo           = "Not coming"
)

// PlaceInLine says where somebody waits.
func PlaceInLine(n int) string { return fmt.Sprintf("%s in line", ordinal(n)) }

// OfAll says how many of all a list shows.
func OfAll(shown, all int) string {
	if shown == all {
		return fmt.Sprintf("%d in all", all)
	}
	return fmt.Sprintf("%d of %d", shown, all)
}

// PerUnit names the width of a chart's bars.
func PerUnit(unit string) string { return "per " + unit }

// Peak says how high a chart goes.
func Peak(most int64, unit string) string { return fmt.Sprintf("at most %d per %s", most, unit) }

// BadGuestParty is what is wrong with a party that a host writes down.
func BadGuestParty(most int) string { return BadParty(most) }

// ChangedMeanwhile says that what was written was changed elsewhere, too.
func ChangedMeanwhile(written string) string {
	if written == "" {
		return "This was changed elsewhere meanwhile. What is here now stands; you had left it empty."
	}
	return "This was changed elsewhere meanwhile. What is here now stands; you had written: " + written
}
