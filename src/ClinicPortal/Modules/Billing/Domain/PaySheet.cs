using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

public enum PaySheetStatus
{
    /// <summary>The month is not over, or something is missing.</summary>
    Draft,

    /// <summary>Complete; somebody has to look at it.</summary>
    InReview,

    /// <summary>From now on nothing on it changes.</summary>
    Approved,
    Paid,
}

/// <summary>Whose sheet it is: one a month for each person, role and employer.</summary>
public sealed record PaySheetKey(Guid PersonId, DutyRole Role, string EmployerCode);

/// <summary>報酬明細 of a month. Computed anew from what was worked until it is approved; what turns out afterwards comes onto a later sheet.</summary>
public sealed class PaySheet : ITenantOwned
{
    private PaySheet()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PersonId { get; private set; }

    public string PersonName { get; private set; } = "";

    public DutyRole Role { get; private set; }

    public string EmployerName { get; private set; } = "";

    public string EmployerCode { get; private set; } = "";

    /// <summary>Its first day.</summary>
    public DateOnly Month { get; private set; }

    public PayKind Kind { get; private set; }

    /// <summary>登録番号 of a registered contractor at the time of approval.</summary>
    public string? RegistrationNumber { get; private set; }

    public PaySheetStatus Status { get; private set; }

    /// <summary>Lines, corrections of earlier months among them.</summary>
    public long LinesYen { get; private set; }

    /// <summary>調整 that are pay.</summary>
    public long AdjustmentsYen { get; private set; }

    /// <summary>消費税 of a contractor's sheet.</summary>
    public long TaxYen { get; private set; }

    /// <summary>控除, below zero.</summary>
    public long DeductionsYen { get; private set; }

    /// <summary>差引支給額.</summary>
    public long TotalYen { get; private set; }

    public int WorkedMinutes { get; private set; }

    public int OvertimeMinutes { get; private set; }

    public int ShiftCount { get; private set; }

    public int VisitCount { get; private set; }

    /// <summary>Shifts from which nobody has checked out.</summary>
    public int OpenShifts { get; private set; }

    /// <summary>Something was worked for which the rate tables say nothing.</summary>
    public bool HasNoRate { get; private set; }

    /// <summary>The tables by which it was computed: another one later changes nothing here.</summary>
    public IReadOnlyList<RateTable> Tables { get; private set; } = [];

    public DateTimeOffset ComputedAt { get; private set; }

    /// <summary>Who adjusted it last, and may therefore not approve it.</summary>
    public Guid? AdjustedById { get; private set; }

    public Guid? ApprovedById { get; private set; }

    public string? ApprovedBy { get; private set; }

    public DateTimeOffset? ApprovedAt { get; private set; }

    /// <summary>Of all that it says, when it was approved.</summary>
    public byte[]? Sha256 { get; private set; }

    public DateOnly? PaidOn { get; private set; }

    public uint Version { get; private set; }

    public bool IsApproved => Status is PaySheetStatus.Approved or PaySheetStatus.Paid;

    /// <summary>What was worked has gone to somebody else or was struck out.</summary>
    public bool IsEmpty => ShiftCount == 0 && LinesYen == 0 && AdjustmentsYen == 0 && DeductionsYen == 0;

    public PaySheetKey Key => new(PersonId, Role, EmployerCode);

    /// <summary>支給額 before consumption tax and deductions.</summary>
    public long GrossYen => LinesYen + AdjustmentsYen;

    public static PaySheet Begin(Guid tenantId, PaySheetKey key, DateOnly month, DateTimeOffset now) => new()
    {
        TenantId = tenantId, Id = Guid.CreateVersion7(now), PersonId = key.PersonId, Role = key.Role, EmployerCode = key.EmployerCode, Month = month, Status = PaySheetStatus.Draft,
    };

    public void Name(string person, string employer) => (PersonName, EmployerName) = (person, employer);

    /// <param name="isOver">The month is: nothing more will be worked in it.</param>
    internal void Fill(PayComputation computed, PayKind kind, IReadOnlyList<PayLine> lines, IReadOnlyList<PayAdjustment> adjustments, bool isOver, DateTimeOffset now)
    {
        (Kind, LinesYen, Tables, ComputedAt, HasNoRate) = (kind, lines.Sum(l => l.AmountYen), computed.Tables, now, computed.HasNoRate);
        var minutes = computed.Minutes;
        (WorkedMinutes, OvertimeMinutes) = (minutes.Worked, minutes.Overtime + minutes.OvertimeAbove);
        (ShiftCount, VisitCount, OpenShifts) = (computed.Shifts.Count, computed.Visits, computed.Open);
        Status = isOver && OpenShifts == 0 && !HasNoRate ? PaySheetStatus.InReview : PaySheetStatus.Draft;
        Sum(adjustments);
    }

    /// <param name="all">With the new one.</param>
    internal void Adjust(PayAdjustment added, IReadOnlyList<PayAdjustment> all)
    {
        AdjustedById = added.ById;
        Sum(all);
    }

    /// <returns>Why it cannot be approved; null where it can.</returns>
    internal Error? Refusal(Guid approver)
    {
        if (IsApproved)
        {
            return Error.Conflict("pay.approved");
        }
        if (IsEmpty)
        {
            return new Error("pay.empty");
        }
        if (OpenShifts > 0)
        {
            return new Error("pay.open-shift", ErrorKind.Invalid, null, PersonName);
        }
        if (HasNoRate)
        {
            return new Error("pay.no-rate", ErrorKind.Invalid, null, PersonName);
        }
        if (Status != PaySheetStatus.InReview)
        {
            return new Error("pay.month-not-over");
        }
        if (AdjustedById == approver)
        {
            return new Error("pay.own-adjustment", ErrorKind.Invalid, null, PersonName);
        }
        return TotalYen < 0 ? new Error("pay.below-zero", ErrorKind.Invalid, null, PersonName) : null;
    }

    internal void Approve(Guid by, string name, string? registrationNumber, byte[] sha256, DateTimeOffset now) =>
        (Status, ApprovedById, ApprovedBy, ApprovedAt, RegistrationNumber, Sha256) = (PaySheetStatus.Approved, by, name, now, registrationNumber, sha256);

    internal void Pay(DateOnly on) => (Status, PaidOn) = (PaySheetStatus.Paid, on);

    internal void TakeBackPayment() => (Status, PaidOn) = (PaySheetStatus.Approved, null);

    /// <summary>給与手当 or 外注費 against 未払金; what was deducted is held for others (預り金), and a registered contractor's tax can be deducted (仮払消費税).</summary>
    /// <returns>Null where nothing is owed to anybody.</returns>
    internal JournalEntry? BookApproval(string note, DateTimeOffset now)
    {
        var creditable = RegistrationNumber is null ? 0 : TaxYen;
        (LedgerAccount, long)[] movements =
        [
            (Kind == PayKind.Salary ? LedgerAccount.Salaries : LedgerAccount.Outsourcing, GrossYen + TaxYen - creditable), (LedgerAccount.InputTax, creditable),
            (LedgerAccount.Withheld, DeductionsYen), (LedgerAccount.AccruedPay, -TotalYen),
        ];
        return Array.TrueForAll(movements, m => m.Item2 == 0) ? null
            : JournalEntry.Book(new JournalSource(TenantId, JournalKind.PayApproved, Id, null, note), Month.AddMonths(1).AddDays(-1), now, movements);
    }

    private void Sum(IReadOnlyList<PayAdjustment> adjustments)
    {
        AdjustmentsYen = adjustments.Where(a => !a.IsDeduction).Sum(a => a.AmountYen);
        DeductionsYen = adjustments.Where(a => a.IsDeduction).Sum(a => a.AmountYen);
        // By contract it is a taxable supply (課税仕入れ); a salary is none (不課税).
        TaxYen = Kind == PayKind.Contract ? ConsumptionTax.On(GrossYen, TaxCategory.Taxable10, TaxRounding.Down) : 0;
        TotalYen = GrossYen + TaxYen + DeductionsYen;
    }
}
