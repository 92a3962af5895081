using System.Globalization;
using System.Text;

namespace ClinicPortal.Modules.Billing.Adapters.Stripe;

/// <summary>
/// Parameters in Stripe's form encoding: <c>line_items[0][price_data][currency]=jpy</c>. What is null is left out. Names are written as they stand, brackets
/// included, as Stripe's own clients do.
/// </summary>
internal sealed class StripeForm
{
    private readonly List<KeyValuePair<string, string>> fields = [];

    public StripeForm Add(string name, string? value)
    {
        if (value is not null)
        {
            fields.Add(new(name, value));
        }
        return this;
    }

    public StripeForm Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public StripeForm Add(string name, bool value) => Add(name, value ? "true" : "false");

    public StripeForm Add(string name, DateTimeOffset value) => Add(name, value.ToUnixTimeSeconds());

    public bool IsEmpty => fields.Count == 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            text.Append(text.Length > 0 ? "&" : "").Append(Uri.EscapeDataString(name).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal))
                .Append('=').Append(Uri.EscapeDataString(value));
        }
        return text.ToString();
    }
}
