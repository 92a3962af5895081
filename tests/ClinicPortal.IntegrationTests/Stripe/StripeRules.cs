using System.Text.RegularExpressions;

namespace ClinicPortal.IntegrationTests.Stripe;

/// <summary>What Stripe answers when it refuses.</summary>
internal sealed class StripeRefusal(int status, string type, string message, string? code = null, string? param = null, object? intent = null) : Exception(message)
{
    public int Status => status;

    public object Body => new { error = new { type, code, param, message = Message, doc_url = code is null ? null : $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}", payment_intent = intent } };

    public static StripeRefusal Invalid(string message, string? code = null, string? param = null) => new(400, "invalid_request_error", message, code, param);

    public static StripeRefusal Missing(string kind, string id) => new(404, "invalid_request_error", $"No such {kind}: '{id}'", "resource_missing", "id");
}

/// <summary>The parameters that Stripe knows for each call that the portal makes; any other is refused, as Stripe does.</summary>
internal static partial class StripeRules
{
    private const int SmallestYen = 50;
    private const int LargestYen = 99_999_999;

    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["POST /v1/customers"] = ["name", "email", "phone", "description", "metadata[*]", "preferred_locales[]", "address[line1]", "address[postal_code]", "address[country]", "expand[]"],
        ["GET /v1/customers/{id}"] = ["expand[]"],
        ["POST /v1/customers/{id}/funding_instructions"] = ["currency", "funding_type", "bank_transfer[type]", "bank_transfer[requested_address_types][]", "expand[]"],
        ["POST /v1/test_helpers/customers/{id}/fund_cash_balance"] = ["amount", "currency", "reference", "expand[]"],
        ["POST /v1/checkout/sessions"] =
        [
            "mode", "customer", "currency", "locale", "client_reference_id", "payment_method_types[]", "line_items[][quantity]", "line_items[][price]",
            "line_items[][price_data][currency]", "line_items[][price_data][unit_amount]", "line_items[][price_data][product_data][name]", "line_items[][price_data][product_data][description]",
            "payment_intent_data[metadata][*]", "payment_intent_data[description]", "payment_intent_data[setup_future_usage]", "metadata[*]", "success_url", "cancel_url",
            "expires_at", "expand[]",
        ],
        ["GET /v1/checkout/sessions/{id}"] = ["expand[]"],
        ["POST /v1/checkout/sessions/{id}/expire"] = ["expand[]"],
        ["GET /v1/setup_intents/{id}"] = ["expand[]", "client_secret"],
        ["POST /v1/payment_intents"] =
        [
            "amount", "currency", "customer", "payment_method", "payment_method_types[]", "payment_method_data[type]", "payment_method_options[customer_balance][funding_type]",
            "payment_method_options[customer_balance][bank_transfer][type]", "off_session", "confirm", "description", "metadata[*]", "statement_descriptor_suffix", "receipt_email",
            "setup_future_usage", "expand[]",
        ],
        ["GET /v1/payment_intents"] = ["customer", "created[gte]", "created[lt]", "created[gt]", "created[lte]", "limit", "starting_after", "ending_before", "expand[]"],
        ["GET /v1/payment_intents/{id}"] = ["expand[]", "client_secret"],
        ["POST /v1/payment_intents/{id}/cancel"] = ["cancellation_reason", "expand[]"],
        ["POST /v1/refunds"] = ["payment_intent", "charge", "amount", "currency", "reason", "metadata[*]", "expand[]"],
        ["GET /v1/refunds/{id}"] = ["expand[]"],
        ["GET /v1/disputes/{id}"] = ["expand[]"],
        ["GET /v1/balance_transactions"] =
            ["created[gte]", "created[lt]", "created[gt]", "created[lte]", "limit", "starting_after", "ending_before", "type", "source", "payout", "currency", "expand[]"],
    };

    public static void Check(string route, IEnumerable<string> parameters)
    {
        var known = Known[route];
        foreach (var name in parameters)
        {
            var shape = Index().Replace(name, "[]");
            if (!known.Contains(shape) && !Array.Exists(known, k => k.EndsWith("[*]", StringComparison.Ordinal) && shape.StartsWith(k[..^2], StringComparison.Ordinal)))
            {
                throw StripeRefusal.Invalid($"Received unknown parameter: {name}", "parameter_unknown", name);
            }
        }
    }

    public static string Required(IReadOnlyDictionary<string, string> form, string name) =>
        form.TryGetValue(name, out var value) && value.Length > 0 ? value : throw StripeRefusal.Invalid($"Missing required param: {name}.", "parameter_missing", name);

    /// <summary>Whole yen: the currency has no smaller unit.</summary>
    public static long Amount(IReadOnlyDictionary<string, string> form, string name, string currencyName)
    {
        var currency = Required(form, currencyName);
        if (currency != "jpy")
        {
            throw StripeRefusal.Invalid($"Invalid currency: {currency}. The account takes jpy.", null, currencyName);
        }
        var yen = Whole(form, name);
        return yen < SmallestYen ? throw StripeRefusal.Invalid($"Amount must be at least ¥{SmallestYen} jpy", "amount_too_small", name)
            : yen > LargestYen ? throw StripeRefusal.Invalid($"Amount must be no more than ¥{LargestYen:N0}", "amount_too_large", name) : yen;
    }

    public static long Whole(IReadOnlyDictionary<string, string> form, string name) =>
        long.TryParse(Required(form, name), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var whole)
            ? whole : throw StripeRefusal.Invalid($"Invalid integer: {form[name]}", "parameter_invalid_integer", name);

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
