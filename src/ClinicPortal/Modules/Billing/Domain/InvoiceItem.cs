using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>A line on an invoice: as it was metered, or, on a correction, in words and figures of its own.</summary>
public sealed class InvoiceItem : ITenantOwned
{
    private InvoiceItem()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid InvoiceId { get; private set; }

    public int Position { get; private set; }

    /// <summary>The metered line; on a correction the one that is corrected, if there is one.</summary>
    public Guid? LineId { get; private set; }

    /// <summary>Whether the line is spoken for by this document. A line stands on one at a time; on return invoices none does.</summary>
    public bool Standing { get; private set; }

    public DateOnly? SuppliedOn { get; private set; }

    /// <summary>Null where the line itself says what it charges, and what follows with it.</summary>
    public string? Description { get; private set; }

    /// <summary>Number of the case or appointment.</summary>
    public string? Reference { get; private set; }

    public int? Quantity { get; private set; }

    public int? UnitYen { get; private set; }

    public int? AmountYen { get; private set; }

    public TaxCategory? TaxCategory { get; private set; }

    internal static InvoiceItem Written(
        Guid tenant, Guid invoice, int position, Guid? line, bool standing, DateOnly suppliedOn, string description, string? reference, int quantity, int unitYen, TaxCategory tax) => new()
    {
        TenantId = tenant, InvoiceId = invoice, Position = position, LineId = line, Standing = standing, SuppliedOn = suppliedOn, Description = description,
        Reference = reference, Quantity = quantity, UnitYen = unitYen, AmountYen = checked(quantity * unitYen), TaxCategory = tax,
    };

    internal void Fall() => Standing = false;
}
