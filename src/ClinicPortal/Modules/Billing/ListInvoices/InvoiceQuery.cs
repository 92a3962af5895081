using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared;

namespace ClinicPortal.Modules.Billing.ListInvoices;

/// <summary>The search as it stands in a page's address: what cannot be read is as if it were left out.</summary>
internal static class InvoiceQuery
{
    public static InvoiceSearch Everything { get; } = new(null, null, null, null, null, null, null, null, null);

    public static InvoiceSearch Of(IQueryCollection query) => new(
        DateOnly.TryParseExact(Text(query, "month"), RunMonth.RunMonth.MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? Text(query, "month") : null,
        Value<DateOnly>(query, "from"), Value<DateOnly>(query, "until"), Value<long>(query, "least"), Value<long>(query, "most"), Text(query, "query"),
        Choice<InvoiceState>(query, "state"), Choice<InvoiceKind>(query, "kind"), Value<int>(query, "page"));

    /// <summary>The same search at another address.</summary>
    public static string Address(InvoiceSearch search, int page = 1, string path = "/invoices")
    {
        (string Name, object? Value)[] parts =
        [
            ("month", search.Month), ("from", Day(search.From)), ("until", Day(search.Until)), ("least", search.Least), ("most", search.Most), ("query", search.Query),
            ("state", search.State), ("kind", search.Kind), ("page", page == 1 ? null : page),
        ];
        var query = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(Convert.ToString(p.Value, CultureInfo.InvariantCulture)!)}"));
        return query.Length == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
    }

    public static string? Day(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Text(IQueryCollection query, string name) => StorableText.Of(query[name].ToString()).Trim() is { Length: > 0 } text ? text : null;

    private static T? Value<T>(IQueryCollection query, string name) where T : struct, IParsable<T> =>
        T.TryParse(Text(query, name), CultureInfo.InvariantCulture, out var value) ? value : null;

    public static T? Choice<T>(IQueryCollection query, string name) where T : struct, Enum =>
        Enum.TryParse<T>(Text(query, name), out var value) && Enum.IsDefined(value) ? value : null;
}
