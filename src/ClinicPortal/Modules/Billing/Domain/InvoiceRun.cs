using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Billing.Domain;

public enum InvoiceRunStatus
{
    Drafting,
    InReview,
    Issuing,
    Issued,
}

/// <summary>月次請求: the invoices of a month for all clinics of the association. There is one a month.</summary>
public sealed class InvoiceRun : ITenantOwned
{
    private InvoiceRun()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    /// <summary>The first day of the month.</summary>
    public DateOnly Month { get; private set; }

    public DateOnly ClosingOn { get; private set; }

    public InvoiceRunStatus Status { get; private set; }

    public string StartedBy { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>How many drafts there are so far.</summary>
    public int Drafted { get; private set; }

    /// <summary>Parts of the association that have no drafts yet; null before it was cut into parts.</summary>
    public int? PartsLeft { get; private set; }

    public DateOnly? IssueOn { get; private set; }

    public string? IssuedBy { get; private set; }

    public int Issued { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    internal static InvoiceRun Start(Guid tenant, DateOnly month, DateOnly closingOn, string by, DateTimeOffset now) => new()
    {
        TenantId = tenant, Id = Guid.CreateVersion7(now), Month = month, ClosingOn = closingOn, Status = InvoiceRunStatus.Drafting, StartedBy = by, StartedAt = now,
    };

    internal void CutInto(int parts) => PartsLeft = parts;

    /// <summary>Drafts anew, for lines that came in meanwhile.</summary>
    internal Result<InvoiceRun> Redraft()
    {
        if (Status != InvoiceRunStatus.InReview)
        {
            return Error.Conflict("invoice-run.not-in-review");
        }
        (Status, Drafted, PartsLeft) = (InvoiceRunStatus.Drafting, 0, null);
        return this;
    }

    internal Result<InvoiceRun> BeginIssuing(DateOnly on, string by)
    {
        if (Status != InvoiceRunStatus.InReview)
        {
            return Error.Conflict("invoice-run.not-in-review");
        }
        if (on < ClosingOn)
        {
            return Error.OnField("issueOn", "invoice-run.before-closing");
        }
        (Status, IssueOn, IssuedBy) = (InvoiceRunStatus.Issuing, on, by);
        return this;
    }

    internal void AddIssued(int count) => Issued += count;

    internal void Finish(DateTimeOffset now) => (Status, FinishedAt) = (InvoiceRunStatus.Issued, now);
}
