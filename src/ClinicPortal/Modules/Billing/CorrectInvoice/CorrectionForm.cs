using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Billing.CorrectInvoice;

/// <summary>Reads the lines of a correction: <c>quantity-3</c> and <c>unit-3</c> are those of the third.</summary>
internal static class CorrectionForm
{
    private const string Quantity = "quantity-";

    public static CorrectInvoiceInput Read(Guid id, InvoiceKind kind, FormPost form) => new(
        id, kind, form.Text("reason"),
        [
            .. from field in form.Fields
               where field.StartsWith(Quantity, StringComparison.Ordinal)
               let position = field[Quantity.Length..]
               where int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out _) && form.Text(field) is not null
               select new CorrectedLine(
                   int.Parse(position, CultureInfo.InvariantCulture), form.Value<int>(field) ?? -1,
                   form.Text($"unit-{position}") is null ? null : form.Value<int>($"unit-{position}") ?? int.MaxValue,
                   form.Text($"description-{position}")),
        ]);
}
