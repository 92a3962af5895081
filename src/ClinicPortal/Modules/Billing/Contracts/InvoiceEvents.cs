using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Billing.Contracts;

/// <summary>
/// Documents were issued, of any kind. What a clinic owes for a corrected invoice is its total instead of its original's; a return
/// invoice's total is negative.
/// </summary>
/// <param name="Invoices">At most 500.</param>
public sealed record InvoicesIssued(Guid Id, TenantId Tenant, IReadOnlyList<Guid> Invoices) : IModuleEvent
{
    public const int Most = 500;
}

/// <summary>An issued document is void. It keeps its number, and the lines that were on it may be on another.</summary>
public sealed record InvoiceVoided(Guid Id, TenantId Tenant, Guid Invoice) : IModuleEvent;
