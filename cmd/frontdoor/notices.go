package main

import (
	"context"
	"errors"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// noticeFlags are how notices leave. Secrets are best given in the environment, where
// no list of processes shows them.
type noticeFlags struct {
	Mail           string   `help:"How e-mail leaves: smtp://host:port?from=ADDRESS, notify, file:FOLDER or none." env:"FRONTDOOR_MAIL" default:"none"`
	Public         string   `help:"The address people reach the service at, for links in notices." env:"FRONTDOOR_PUBLIC_URL" default:"http://127.0.0.1:8080"`
	NotifyKey      string   `help:"API key of a GOV.UK Notify service." env:"FRONTDOOR_NOTIFY_KEY" placeholder:"KEY"`
	NotifyEmail    string   `help:"Id of its template for e-mail, with ((subject)) and ((body))." env:"FRONTDOOR_NOTIFY_EMAIL_TEMPLATE" placeholder:"ID"`
	NotifyText     string   `help:"Id of its template for text messages, with ((body)). Without it no text is sent." env:"FRONTDOOR_NOTIFY_TEXT_TEMPLATE" placeholder:"ID"`
	NotifyURL      string   `help:"Where its API is." env:"FRONTDOOR_NOTIFY_URL" default:"https://api.notifications.service.gov.uk"`
	NotifyReceipts string   `help:"Bearer token that its delivery receipts carry." env:"FRONTDOOR_NOTIFY_RECEIPTS" placeholder:"TOKEN"`
	WebhookHosts   []string `help:"Hosts that webhooks may lead to, with the port if it is not 443." env:"FRONTDOOR_WEBHOOK_HOSTS" placeholder:"HOST"`
	WebhookKey     string   `help:"Key of 32 characters or more from which webhooks' secrets are worked out." env:"FRONTDOOR_WEBHOOK_KEY" placeholder:"KEY"`
}

func (f noticeFlags) post() (notice.Post, error) {
	p, err := notice.Open(notice.Settings{
		Mail: f.Mail, Public: f.Public, Hosts: f.WebhookHosts, WebhookKey: f.WebhookKey,
		Notify: notice.Notify{URL: f.NotifyURL, Key: f.NotifyKey, EmailTemplate: f.NotifyEmail, TextTemplate: f.NotifyText, Receipts: f.NotifyReceipts},
	})
	if err != nil {
		return p, &usageError{err.Error()}
	}
	return p, nil
}

type webhookCmd struct {
	Add    webhookAddCmd    `cmd:"" help:"Tell an agency's own system instead of its mailbox. Prints the secret, which is shown only here."`
	Rotate webhookRotateCmd `cmd:"" help:"Change a webhook's secret. The one before is good for seven days more."`
	End    webhookEndCmd    `cmd:"" help:"Tell the agency by e-mail again."`
}

type webhookFlags struct {
	Authority string `help:"Which authority." required:""`
	Key       string `name:"webhook-key" help:"The installation's key, as serve has it." env:"FRONTDOOR_WEBHOOK_KEY" placeholder:"KEY"`
}

// shortestWebhookKey is what serve asks of the key too.
const shortestWebhookKey = 32

func (f webhookFlags) print(io streams, h admin.Webhook) error {
	if len(f.Key) < shortestWebhookKey {
		return &usageError{fmt.Sprintf("set FRONTDOOR_WEBHOOK_KEY to %d characters or more, the same as for serve", shortestWebhookKey)}
	}
	_, err := fmt.Fprintf(io.out, "webhook %s\nsecret %s\n", h.ID, notice.WebhookSecret(f.Key, f.Authority, h.ID, h.Number))
	return err
}

type webhookAddCmd struct {
	webhookFlags
	Organisation string `arg:"" help:"Id of the agency."`
	Address      string `arg:"" help:"Where its system listens: https://…"`
}

// Run adds a webhook.
func (c webhookAddCmd) Run(ctx context.Context, s *settings, io streams) error {
	if err := notice.HookAddress(c.Address); err != nil {
		return refusal.New(refusal.Invalid, err.Error())
	}
	return changeWebhook(ctx, s, c.webhookFlags, io, func(d *admin.Desk, who access.Actor) (admin.Webhook, error) {
		return d.AddWebhook(ctx, who, c.Organisation, c.Address)
	})
}

type webhookRotateCmd struct {
	webhookFlags
	ID string `arg:"" help:"Id of the webhook."`
}

// Run changes the secret.
func (c webhookRotateCmd) Run(ctx context.Context, s *settings, io streams) error {
	return changeWebhook(ctx, s, c.webhookFlags, io, func(d *admin.Desk, who access.Actor) (admin.Webhook, error) {
		return d.RotateWebhook(ctx, who, c.ID)
	})
}

type webhookEndCmd struct {
	Authority string `help:"Which authority." required:""`
	ID        string `arg:"" help:"Id of the webhook."`
}

// Run ends a webhook.
func (c webhookEndCmd) Run(ctx context.Context, s *settings, io streams) error {
	return withRecord(ctx, s, func(r *record.Record) error {
		return admin.New(r).EndWebhook(ctx, admin.Service(c.Authority), c.ID)
	})
}

func changeWebhook(ctx context.Context, s *settings, f webhookFlags, io streams, change func(*admin.Desk, access.Actor) (admin.Webhook, error)) error {
	if len(f.Key) < shortestWebhookKey {
		return f.print(io, admin.Webhook{})
	}
	return withRecord(ctx, s, func(r *record.Record) error {
		h, err := change(admin.New(r), admin.Service(f.Authority))
		if err != nil {
			return err
		}
		return f.print(io, h)
	})
}

func withRecord(ctx context.Context, s *settings, do func(*record.Record) error) (err error) {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return do(r)
}

type phoneCmd struct {
	Authority string `help:"Which authority." required:""`
	Team      string `arg:"" help:"Id of the team, such as front-door."`
	Email     string `help:"Its mailbox. Without one each of its people is told." placeholder:"ADDRESS"`
	Phone     string `help:"Its duty phone, for a text when a child is in danger." placeholder:"NUMBER"`
}

// Run sets where a team is told.
func (c phoneCmd) Run(ctx context.Context, s *settings) error {
	phone := ""
	if c.Phone != "" {
		if phone = notice.Phone(c.Phone); phone == "" {
			return refusal.New(refusal.Invalid, "Enter a phone number such as 07700 900123")
		}
	}
	return withRecord(ctx, s, func(r *record.Record) error {
		return admin.New(r).SetTeamContact(ctx, admin.Service(c.Authority), c.Team, c.Email, phone)
	})
}
