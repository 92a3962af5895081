using System.Security.Cryptography;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.KeepArchive;

/// <summary>What must hold of the books of a year, whoever had the database in hands.</summary>
internal static class ArchiveCheck
{
    /// <exception cref="TamperedException">Its content is not what its hash says.</exception>
    public static void Whole(InvoiceDocument document)
    {
        if (!SHA256.HashData(document.Content).AsSpan().SequenceEqual(document.Sha256))
        {
            throw new TamperedException("billing.invoice_document.sha256", document.TenantId, document.Id);
        }
    }

    /// <param name="invoices">All of a year, by number.</param>
    /// <returns>Numbers, by issuer, that are missing or there twice.</returns>
    public static IReadOnlyList<int> Gaps(IReadOnlyList<Invoice> invoices) =>
    [
        .. from issuer in invoices.GroupBy(i => i.Issuer!.RegistrationNumber)
           from place in issuer.Index()
           where place.Item.NumberInYear != place.Index + 1
           select place.Index + 1,
    ];
}
