using System.Globalization;
using System.Text.Json.Nodes;

namespace ClinicPortal.IntegrationTests.Stripe;

/// <summary>What moves money.</summary>
internal sealed partial class StripeAccount
{
    /// <summary>A card that the bank declines when nobody is there.</summary>
    public void Decline(string paymentMethod) => declining.Add(paymentMethod);

    private JsonNode AddIntent(Dictionary<string, string> form)
    {
        var amount = StripeRules.Amount(form, "amount", "currency");
        var customer = form.GetValueOrDefault("customer");
        if (customer is not null)
        {
            store.Find("customer", customer);
        }
        var isTransfer = form.GetValueOrDefault("payment_method_data[type]") == "customer_balance";
        if (isTransfer && (customer is null || form.GetValueOrDefault("payment_method_options[customer_balance][bank_transfer][type]") != "jp_bank_transfer"))
        {
            throw StripeRefusal.Invalid("A customer and jp_bank_transfer are needed to pay by customer_balance in jpy.", "parameter_missing", "payment_method_options[customer_balance]");
        }
        var card = form.GetValueOrDefault("payment_method");
        if (card is not null && store.Find("payment_method", card).Text("customer") != customer)
        {
            throw StripeRefusal.Invalid("The customer does not have a payment method with the ID " + card, "resource_missing", "payment_method");
        }
        var intent = NewIntent(amount, customer, form.GetValueOrDefault("description"));
        Metadata(intent, form, "metadata");
        if (form.GetValueOrDefault("confirm") != "true")
        {
            return intent.DeepClone();
        }
        if (isTransfer)
        {
            intent["payment_method_types"] = new JsonArray("customer_balance");
            if (cash.GetValueOrDefault(customer!) >= amount)
            {
                cash[customer!] -= amount;
                Succeed(intent, "customer_balance", 0);
                return intent.DeepClone();
            }
            intent["status"] = "requires_action";
            intent["next_action"] = new JsonObject
            {
                ["type"] = "display_bank_transfer_instructions",
                ["display_bank_transfer_instructions"] = new JsonObject { ["type"] = "jp_bank_transfer", ["currency"] = "jpy", ["amount_remaining"] = amount, ["hosted_instructions_url"] = "https://payments.stripe.com/bank_transfers/double" },
            };
            Happen("payment_intent.requires_action", intent);
            return intent.DeepClone();
        }
        if (card is null)
        {
            throw StripeRefusal.Invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", "payment_intent_unexpected_state");
        }
        if (declining.Contains(card))
        {
            Refuse(intent);
            throw new StripeRefusal(402, "card_error", "Your card was declined.", "card_declined", null, intent.DeepClone());
        }
        intent["payment_method"] = card;
        Succeed(intent, "card", FeeOf(amount));
        return intent.DeepClone();
    }

    private JsonNode Cancel(string id)
    {
        var intent = store.Find("payment_intent", id);
        if (intent.Text("status") is "succeeded" or "canceled")
        {
            throw StripeRefusal.Invalid($"You cannot cancel this PaymentIntent because it has a status of {intent.Text("status")}.", "payment_intent_unexpected_state");
        }
        (intent["status"], intent["canceled_at"]) = ("canceled", Now.ToUnixTimeSeconds());
        Happen("payment_intent.canceled", intent);
        return intent.DeepClone();
    }

    private JsonNode AddRefund(Dictionary<string, string> form)
    {
        var intent = store.Find("payment_intent", StripeRules.Required(form, "payment_intent"));
        if (intent.Text("status") != "succeeded")
        {
            throw StripeRefusal.Invalid($"This PaymentIntent ({intent.Text("id")}) does not have a successful charge to refund.", null, "payment_intent");
        }
        var charge = store.Find("charge", intent.Text("latest_charge"));
        var left = charge.Number("amount") - charge.Number("amount_refunded");
        var amount = form.ContainsKey("amount") ? StripeRules.Whole(form, "amount") : left;
        if (left == 0)
        {
            throw StripeRefusal.Invalid($"Charge {charge.Text("id")} has already been refunded.", "charge_already_refunded");
        }
        if (amount <= 0 || amount > left)
        {
            throw StripeRefusal.Invalid(string.Create(CultureInfo.InvariantCulture, $"Refund amount (¥{amount:N0}) is greater than unrefunded amount on charge (¥{left:N0})"), null, "amount");
        }
        var refund = store.New("refund", "re", Now);
        (refund["amount"], refund["currency"], refund["payment_intent"], refund["charge"], refund["status"]) = (amount, "jpy", intent.Text("id"), charge.Text("id"), "succeeded");
        Metadata(refund, form, "metadata");
        (charge["amount_refunded"], charge["refunded"]) = (charge.Number("amount_refunded") + amount, amount == left);
        refund["balance_transaction"] = Move("refund", refund.Text("id"), -amount, 0, refund.Text("id"))["id"]!.GetValue<string>();
        Happen("refund.created", refund);
        return refund.DeepClone();
    }

    /// <summary>The holder of the card disputes a payment, the association answers, the card's company decides.</summary>
    private void Dispute(string intentId, string what)
    {
        var intent = store.Find("payment_intent", intentId);
        var charge = store.Find("charge", intent.Text("latest_charge"));
        var amount = charge.Number("amount") - charge.Number("amount_refunded");
        var dispute = store.Of("dispute").FirstOrDefault(d => d.Text("payment_intent") == intentId);
        if (dispute is null)
        {
            dispute = store.New("dispute", "dp", Now);
            (dispute["amount"], dispute["currency"], dispute["charge"], dispute["payment_intent"], dispute["reason"]) = (amount, "jpy", charge.Text("id"), intentId, "fraudulent");
            (dispute["balance_transactions"], dispute["status"], charge["disputed"]) = (new JsonArray(), what == "inquire" ? "warning_needs_response" : "needs_response", true);
            dispute["evidence_details"]!["due_by"] = Now.AddDays(9).ToUnixTimeSeconds();
            Happen("charge.dispute.created", dispute);
        }
        switch (what)
        {
            case "open" or "inquire":
                if (what == "open")
                {
                    // What the card's company takes, and what Stripe takes for the trouble.
                    Adjust(dispute, "dispute", -dispute.Number("amount"), DisputeFeeYen);
                    Happen("charge.dispute.funds_withdrawn", dispute);
                }
                break;
            case "answer":
                dispute["status"] = "under_review";
                Happen("charge.dispute.updated", dispute);
                break;
            case "win":
                dispute["status"] = "won";
                Adjust(dispute, "dispute_reversal", dispute.Number("amount"), -DisputeFeeYen);
                Happen("charge.dispute.funds_reinstated", dispute);
                Happen("charge.dispute.closed", dispute);
                break;
            case "lose":
                dispute["status"] = "lost";
                Happen("charge.dispute.closed", dispute);
                break;
            default:
                throw new InvalidOperationException(what);
        }
    }

    private void Adjust(JsonObject dispute, string category, long amount, long fee)
    {
        var moved = Move("adjustment", $"{category} for {dispute.Text("charge")}", amount, fee, dispute.Text("id"));
        moved["reporting_category"] = category;
        dispute["balance_transactions"]!.AsArray().Add(moved.DeepClone());
    }

    /// <summary>A person on the page pays, or is declined and may try again.</summary>
    private void Pay(string id, bool declines)
    {
        var session = store.Find("checkout.session", id);
        if (session.Text("status") != "open" || session.Text("mode") != "payment")
        {
            throw new InvalidOperationException($"{id} is not open for a payment.");
        }
        var data = session["_intent"]!.AsObject().ToDictionary(f => f.Key, f => f.Value!.GetValue<string>());
        var intent = session["payment_intent"] is JsonValue known ? store.Find("payment_intent", known.GetValue<string>())
            : NewIntent(session.Number("amount_total"), session.Text("customer"), data.GetValueOrDefault("payment_intent_data[description]"));
        Metadata(intent, data, "payment_intent_data[metadata]");
        session["payment_intent"] = intent.Text("id");
        if (declines)
        {
            Refuse(intent);
            return;
        }
        intent["payment_method"] = NewCard(session.Text("customer"));
        Succeed(intent, "card", FeeOf(intent.Number("amount")));
        (session["status"], session["payment_status"], session["url"]) = ("complete", "paid", null);
        Happen("checkout.session.completed", session);
    }

    private void Register(string id, bool declines)
    {
        var session = store.Find("checkout.session", id);
        var setup = store.New("setup_intent", "seti", Now);
        var card = NewCard(session.Text("customer"));
        if (declines)
        {
            declining.Add(card);
        }
        (setup["customer"], setup["payment_method"], setup["status"], setup["last_setup_error"], setup["next_action"]) = (session.Text("customer"), card, "succeeded", null, null);
        (session["setup_intent"], session["status"], session["url"]) = (setup.Text("id"), "complete", null);
        Happen("setup_intent.succeeded", setup);
        Happen("checkout.session.completed", session);
    }

    private JsonObject NewIntent(long amount, string? customer, string? description)
    {
        var intent = store.New("payment_intent", "pi", Now);
        (intent["amount"], intent["amount_received"], intent["currency"], intent["customer"], intent["description"]) = (amount, 0L, "jpy", customer, description);
        (intent["last_payment_error"], intent["next_action"], intent["latest_charge"], intent["canceled_at"], intent["payment_method"]) = (null, null, null, null, null);
        (intent["status"], intent["client_secret"]) = ("requires_payment_method", $"{intent.Text("id")}_secret_double");
        return intent;
    }

    private string NewCard(string customer)
    {
        var card = store.New("payment_method", "pm", Now);
        card["customer"] = customer;
        return card.Text("id");
    }

    private void Refuse(JsonObject intent)
    {
        intent["status"] = "requires_payment_method";
        intent["last_payment_error"] = new JsonObject { ["type"] = "card_error", ["code"] = "card_declined", ["decline_code"] = "insufficient_funds", ["message"] = "Your card has insufficient funds." };
        Happen("payment_intent.payment_failed", intent);
    }

    private void Succeed(JsonObject intent, string by, long feeYen)
    {
        var charge = store.New("charge", by == "card" ? "ch" : "py", Now);
        charge["object"] = "charge";
        var amount = intent.Number("amount");
        (charge["amount"], charge["amount_captured"], charge["amount_refunded"], charge["captured"], charge["currency"]) = (amount, amount, 0L, true, "jpy");
        (charge["payment_intent"], charge["customer"], charge["status"]) = (intent.Text("id"), intent.Text("customer"), "succeeded");
        (intent["status"], intent["amount_received"], intent["latest_charge"], intent["next_action"], intent["last_payment_error"]) = ("succeeded", amount, charge.Text("id"), null, null);
        charge["balance_transaction"] = Move(by == "card" ? "charge" : "payment", charge.Text("id"), amount, feeYen, charge.Text("id")).Text("id");
        Happen("charge.succeeded", charge);
        Happen("payment_intent.succeeded", intent);
    }

    private JsonObject Move(string type, string what, long amount, long fee, string? source)
    {
        var moved = store.New("balance_transaction", "txn", Now);
        (moved["amount"], moved["fee"], moved["net"], moved["currency"], moved["type"], moved["source"]) = (amount, fee, amount - fee, "jpy", type, source);
        (moved["reporting_category"], moved["description"]) = (type, what);
        return moved;
    }

    private const long DisputeFeeYen = 1_500;

    private static long FeeOf(long amount) => amount * FeePermille / 1000;
}
