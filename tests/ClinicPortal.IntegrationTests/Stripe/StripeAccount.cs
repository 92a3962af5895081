using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json;

namespace ClinicPortal.IntegrationTests.Stripe;

/// <summary>One account at the double: what its calls do to customers, payments and balance.</summary>
internal sealed partial class StripeAccount(TimeProvider clock)
{
    private readonly StripeStore store = new();
    private readonly List<JsonObject> events = [];
    private readonly Dictionary<string, long> cash = [];
    private readonly HashSet<string> declining = [];

    /// <summary>3.6 %, cut off: what card payments cost in Japan.</summary>
    private const int FeePermille = 36;

    /// <summary>What has happened, the oldest first.</summary>
    public IReadOnlyList<JsonObject> Events => [.. events];

    public IReadOnlyList<JsonObject> Of(string kind) => store.Of(kind);

    private DateTimeOffset Now => clock.GetUtcNow();

    public JsonNode Do(string method, string path, Dictionary<string, string> form)
    {
        var parts = path.Trim('/').Split('/')[1..];
        var (route, id) = RouteOf(parts);
        StripeRules.Check($"{method} {route}", form.Keys);
        return ($"{method} {route}") switch
        {
            "POST /v1/customers" => AddCustomer(form),
            "GET /v1/customers/{id}" => store.Find("customer", id).DeepClone(),
            "POST /v1/customers/{id}/funding_instructions" => Instructions(id, form),
            "POST /v1/test_helpers/customers/{id}/fund_cash_balance" => Fund(id, form),
            "POST /v1/checkout/sessions" => AddSession(form),
            "GET /v1/checkout/sessions/{id}" => store.Find("checkout.session", id).DeepClone(),
            "POST /v1/checkout/sessions/{id}/expire" => Expire(id),
            "GET /v1/setup_intents/{id}" => Expanded(store.Find("setup_intent", id), form),
            "POST /v1/payment_intents" => AddIntent(form),
            "GET /v1/payment_intents" => List("payment_intent", "/v1/payment_intents", form, i => !form.TryGetValue("customer", out var customer) || i.Text("customer") == customer),
            "GET /v1/payment_intents/{id}" => store.Find("payment_intent", id).DeepClone(),
            "POST /v1/payment_intents/{id}/cancel" => Cancel(id),
            "POST /v1/refunds" => AddRefund(form),
            "GET /v1/refunds/{id}" => store.Find("refund", id).DeepClone(),
            "GET /v1/disputes/{id}" => store.Find("dispute", id).DeepClone(),
            "GET /v1/balance_transactions" => List("balance_transaction", "/v1/balance_transactions", form, _ => true),
            _ => throw new StripeRefusal(404, "invalid_request_error", $"Unrecognized request URL ({method}: {path})."),
        };
    }

    /// <summary>What a person does on Stripe's pages, or time brings.</summary>
    public void Control(string[] words)
    {
        switch (words)
        {
            case ["checkout", var id, "pay"]:
                Pay(id, declines: false);
                break;
            case ["checkout", var id, "decline"]:
                Pay(id, declines: true);
                break;
            case ["checkout", var id, "register"]:
                Register(id, declines: false);
                break;
            case ["dispute", var intent, var what]:
                Dispute(intent, what);
                break;
            case ["payout", var yen]:
                Move("payout", "po", -long.Parse(yen, CultureInfo.InvariantCulture), 0, null);
                break;
            default:
                throw new InvalidOperationException(string.Join('/', words));
        }
    }

    private static (string Route, string Id) RouteOf(string[] parts) => parts switch
    {
        ["checkout", "sessions"] => ("/v1/checkout/sessions", ""),
        ["checkout", "sessions", var id] => ("/v1/checkout/sessions/{id}", id),
        ["checkout", "sessions", var id, "expire"] => ("/v1/checkout/sessions/{id}/expire", id),
        ["test_helpers", "customers", var id, "fund_cash_balance"] => ("/v1/test_helpers/customers/{id}/fund_cash_balance", id),
        ["customers" or "payment_intents" or "refunds" or "balance_transactions"] => ($"/v1/{parts[0]}", ""),
        ["customers", var id, "funding_instructions"] => ("/v1/customers/{id}/funding_instructions", id),
        ["payment_intents", var id, "cancel"] => ("/v1/payment_intents/{id}/cancel", id),
        ["customers" or "payment_intents" or "refunds" or "disputes" or "setup_intents", var id] => ($"/v1/{parts[0]}/{{id}}", id),
        _ => throw new StripeRefusal(404, "invalid_request_error", $"Unrecognized request URL (/v1/{string.Join('/', parts)})."),
    };

    private JsonObject AddCustomer(Dictionary<string, string> form)
    {
        var customer = store.New("customer", "cus", Now);
        (customer["name"], customer["email"], customer["currency"]) = (form.GetValueOrDefault("name"), form.GetValueOrDefault("email"), null);
        Metadata(customer, form, "metadata");
        return customer.DeepClone().AsObject();
    }

    private JsonNode Instructions(string customer, Dictionary<string, string> form)
    {
        store.Find("customer", customer);
        if (StripeRules.Required(form, "currency") != "jpy" || StripeRules.Required(form, "bank_transfer[type]") != "jp_bank_transfer")
        {
            throw StripeRefusal.Invalid("Only jp_bank_transfer in jpy is available to this account.", null, "bank_transfer[type]");
        }
        var instructions = store.New("funding_instructions", "fi", Now);
        instructions.Remove("id");
        instructions.Remove("created");
        instructions["currency"] = "jpy";
        JsonObject Address() => new() { ["city"] = null, ["country"] = "JP", ["line1"] = null, ["line2"] = null, ["postal_code"] = null, ["state"] = null };
        instructions["bank_transfer"] = new JsonObject
        {
            ["country"] = "JP", ["type"] = "jp_bank_transfer",
            ["financial_addresses"] = new JsonArray(new JsonObject
            {
                ["supported_networks"] = new JsonArray("zengin"), ["type"] = "zengin",
                ["zengin"] = new JsonObject
                {
                    ["account_holder_address"] = Address(), ["account_holder_name"] = "ｽﾄﾗｲﾌﾟｼﾞﾔﾊﾟﾝ(ｶ", ["account_number"] = "1234567", ["account_type"] = "futsu", ["bank_address"] = Address(),
                    ["bank_code"] = "0009", ["bank_name"] = "三井住友銀行", ["branch_code"] = "936", ["branch_name"] = "東京第一支店",
                },
            }),
        };
        return instructions.DeepClone();
    }

    private JsonNode Fund(string customer, Dictionary<string, string> form)
    {
        store.Find("customer", customer);
        cash[customer] = cash.GetValueOrDefault(customer) + StripeRules.Amount(form, "amount", "currency");
        // Stripe puts what came against the oldest payments that it is enough for.
        foreach (var intent in store.Of("payment_intent").Reverse().Where(i => i.Text("customer") == customer && i.Text("status") == "requires_action"))
        {
            if (cash[customer] >= intent.Number("amount"))
            {
                cash[customer] -= intent.Number("amount");
                Succeed(intent, "customer_balance", feeYen: 0);
            }
        }
        return new JsonObject
        {
            ["object"] = "customer_cash_balance_transaction", ["customer"] = customer, ["currency"] = "jpy", ["ending_balance"] = cash[customer],
            ["net_amount"] = long.Parse(form["amount"], CultureInfo.InvariantCulture), ["type"] = "funded", ["livemode"] = false, ["created"] = Now.ToUnixTimeSeconds(), ["id"] = "ccsbtxn_double",
        };
    }

    private JsonNode AddSession(Dictionary<string, string> form)
    {
        var mode = StripeRules.Required(form, "mode");
        StripeRules.Required(form, "success_url");
        var customer = form.GetValueOrDefault("customer");
        if (customer is not null)
        {
            store.Find("customer", customer);
        }
        var amount = mode == "payment" ? StripeRules.Amount(form, "line_items[0][price_data][unit_amount]", "line_items[0][price_data][currency]") : 0;
        if (mode == "payment")
        {
            StripeRules.Required(form, "line_items[0][price_data][product_data][name]");
        }
        var session = store.New("checkout.session", "cs_test", Now);
        (session["mode"], session["customer"], session["client_reference_id"]) = (mode, customer, form.GetValueOrDefault("client_reference_id"));
        (session["success_url"], session["cancel_url"], session["status"]) = (form["success_url"], form.GetValueOrDefault("cancel_url"), "open");
        (session["payment_intent"], session["setup_intent"], session["payment_status"]) = (null, null, mode == "payment" ? "unpaid" : "no_payment_required");
        (session["amount_total"], session["amount_subtotal"], session["currency"]) = (mode == "payment" ? amount : null, mode == "payment" ? amount : null, "jpy");
        session["url"] = $"https://checkout.stripe.com/c/pay/{session.Text("id")}";
        session["expires_at"] = Now.AddHours(24).ToUnixTimeSeconds();
        Metadata(session, form, "metadata");
        session["_intent"] = new JsonObject([.. form.Where(f => f.Key.StartsWith("payment_intent_data", StringComparison.Ordinal)).Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value))]);
        var answer = session.DeepClone().AsObject();
        answer.Remove("_intent");
        return answer;
    }

    private JsonNode Expire(string id)
    {
        var session = store.Find("checkout.session", id);
        if (session.Text("status") != "open")
        {
            throw StripeRefusal.Invalid("Only Checkout Sessions with a status in [\"open\"] can be expired.", null);
        }
        (session["status"], session["url"]) = ("expired", null);
        Happen("checkout.session.expired", session);
        return session.DeepClone();
    }

    private JsonNode List(string kind, string url, Dictionary<string, string> form, Func<JsonObject, bool> filter)
    {
        var limit = form.TryGetValue("limit", out var asked) ? int.Parse(asked, CultureInfo.InvariantCulture) : 10;
        if (limit is < 1 or > 100)
        {
            throw StripeRefusal.Invalid("Invalid integer: limit must be between 1 and 100", "parameter_invalid_integer", "limit");
        }
        var (from, until) = (Bound(form, "created[gte]", 0), Bound(form, "created[lt]", long.MaxValue));
        var all = store.Of(kind).Where(o => filter(o) && o.Number("created") >= from && o.Number("created") < until).ToList();
        var at = form.TryGetValue("starting_after", out var after) ? all.FindIndex(o => o.Text("id") == after) + 1 : 0;
        var page = all.Skip(at).Take(limit).Select(o => Expanded(o, form)).ToArray();
        return new JsonObject { ["object"] = "list", ["url"] = url, ["has_more"] = all.Count > at + page.Length, ["data"] = new JsonArray(page) };
    }

    private static long Bound(Dictionary<string, string> form, string name, long otherwise) =>
        form.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private JsonNode Expanded(JsonObject item, Dictionary<string, string> form)
    {
        var copy = item.DeepClone().AsObject();
        foreach (var name in form.Where(f => f.Key.StartsWith("expand", StringComparison.Ordinal)).Select(f => f.Value.Replace("data.", "", StringComparison.Ordinal)))
        {
            if (copy[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                var id = value.GetValue<string>();
                var kind = id.Split('_')[0] switch { "pm" => "payment_method", "ch" or "py" => "charge", "re" => "refund", "dp" => "dispute", _ => null };
                copy[name] = kind is null ? value.DeepClone() : store.Find(kind, id).DeepClone();
            }
        }
        return copy;
    }

    private static void Metadata(JsonObject item, Dictionary<string, string> form, string prefix)
    {
        var metadata = item["metadata"]!.AsObject();
        foreach (var (name, value) in form.Where(f => f.Key.StartsWith($"{prefix}[", StringComparison.Ordinal)))
        {
            metadata[name[(prefix.Length + 1)..^1]] = value;
        }
    }

    private void Happen(string type, JsonObject subject)
    {
        var news = store.New("event", "evt", Now);
        var copy = subject.DeepClone().AsObject();
        copy.Remove("_intent");
        (news["type"], news["data"], news["api_version"]) = (type, new JsonObject { ["object"] = copy }, "2026-10-28.endive");
        events.Add(news.DeepClone().AsObject());
    }
}
