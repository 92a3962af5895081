using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>A line of a sheet: of the month, or a correction of an earlier one that has been approved.</summary>
public sealed class PayLine : ITenantOwned
{
    private PayLine()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid SheetId { get; private set; }

    /// <summary>From 1.</summary>
    public int Position { get; private set; }

    public PayLineKind Kind { get; private set; }

    /// <summary>The month that is corrected; null for the sheet's own.</summary>
    public DateOnly? Corrects { get; private set; }

    /// <summary>Minutes of time, pieces of the rest; below zero where a correction takes back.</summary>
    public int Quantity { get; private set; }

    public int UnitYen { get; private set; }

    /// <summary>Of an hour's pay; 0 where it is no time.</summary>
    public int Percent { get; private set; }

    public long AmountYen { get; private set; }

    public bool IsTime => Percent > 0;

    internal static PayLine Of(Guid tenantId, Guid sheetId, int position, PayAmount amount, DateOnly? corrects = null) => new()
    {
        TenantId = tenantId, SheetId = sheetId, Position = position, Kind = amount.Kind, Corrects = corrects, Quantity = amount.Quantity, UnitYen = amount.UnitYen,
        Percent = amount.Percent, AmountYen = amount.AmountYen,
    };

    /// <summary>By what an approved month's lines differ from what they would be now.</summary>
    /// <param name="said">What sheets say of the month so far, corrections included.</param>
    public static IReadOnlyList<PayAmount> Difference(IEnumerable<PayAmount> now, IEnumerable<PayAmount> said) =>
    [
        .. now.Concat(said.Select(line => line with { Quantity = -line.Quantity, AmountYen = -line.AmountYen }))
            .GroupBy(line => (line.Kind, line.UnitYen, line.Percent))
            .Select(same => new PayAmount(same.Key.Kind, same.Sum(l => l.Quantity), same.Key.UnitYen, same.Key.Percent, same.Sum(l => l.AmountYen)))
            .Where(line => line.AmountYen != 0).OrderBy(line => line.Kind).ThenBy(line => line.UnitYen).ThenBy(line => line.Percent),
    ];

    public PayAmount ToAmount() => new(Kind, Quantity, UnitYen, Percent, AmountYen);
}

/// <summary>A shift that a sheet pays for, with its minutes.</summary>
public sealed class PaySheetShift : ITenantOwned
{
    private PaySheetShift()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid SheetId { get; private set; }

    public Guid AttendanceId { get; private set; }

    /// <summary>Of the attendance as it was then.</summary>
    public long Revision { get; private set; }

    public string UnitName { get; private set; } = "";

    public DateOnly Day { get; private set; }

    public DateTimeOffset BeganAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public int BreakMinutes { get; private set; }

    public int WorkedMinutes { get; private set; }

    public int DeepNightMinutes { get; private set; }

    public int OvertimeMinutes { get; private set; }

    public int RestDayMinutes { get; private set; }

    /// <summary>At New Year and on public holidays.</summary>
    public int HolidayMinutes { get; private set; }

    public int VisitCount { get; private set; }

    internal static PaySheetShift Of(Guid tenantId, Guid sheetId, PaidShift paid) => new()
    {
        TenantId = tenantId, SheetId = sheetId, AttendanceId = paid.Shift.AttendanceId, Revision = paid.Shift.Revision, UnitName = paid.Shift.UnitName, Day = paid.Day,
        BeganAt = paid.Shift.From.ToUniversalTime(), EndedAt = paid.Shift.Until?.ToUniversalTime(), BreakMinutes = paid.Shift.BreakMinutes, WorkedMinutes = paid.Minutes.Worked,
        DeepNightMinutes = paid.Minutes.DeepNight, OvertimeMinutes = paid.Minutes.Overtime + paid.Minutes.OvertimeAbove, RestDayMinutes = paid.Minutes.RestDay,
        HolidayMinutes = paid.Minutes.PublicHoliday + paid.Minutes.NewYear, VisitCount = paid.Shift.Visits.Count,
    };
}

/// <summary>調整: what a person adds or takes off, and why. What is wrong is put right by another one.</summary>
public sealed class PayAdjustment(
    Guid tenantId, Guid id, Guid sheetId, bool isDeduction, long amountYen, string reason, Guid byId, string byName, DateTimeOffset at) : ITenantOwned
{
    public const int MaxReason = 200;
    public const long MaxYen = 100_000_000;

    public Guid TenantId { get; private set; } = tenantId;

    public Guid Id { get; private set; } = id;

    public Guid SheetId { get; private set; } = sheetId;

    /// <summary>控除: of tax and insurance, which is no pay; the rest is.</summary>
    public bool IsDeduction { get; private set; } = isDeduction;

    public long AmountYen { get; private set; } = amountYen;

    public string Reason { get; private set; } = reason;

    public Guid ById { get; private set; } = byId;

    public string ByName { get; private set; } = byName;

    public DateTimeOffset At { get; private set; } = at;
}

public enum PayStep
{
    Computed,
    Adjusted,
    Approved,
    Paid,
    PaymentTakenBack,
}

/// <summary>What happened to a sheet, in order; only added to.</summary>
public sealed class PayEvent(Guid tenantId, Guid id, Guid sheetId, DateTimeOffset at, PayStep what, string byName, string? detail) : ITenantOwned
{
    public Guid TenantId { get; private set; } = tenantId;

    public Guid Id { get; private set; } = id;

    public Guid SheetId { get; private set; } = sheetId;

    public DateTimeOffset At { get; private set; } = at;

    public PayStep What { get; private set; } = what;

    public string ByName { get; private set; } = byName;

    public string? Detail { get; private set; } = detail;
}

/// <summary>給与振込 or 総合振込: a file to the bank, and the sheets that it pays.</summary>
public sealed class PayFile : ISealedRow
{
    public const int MaxReason = 200;

    public PayFile(Guid tenantId, Guid id, PayKind kind, DateOnly payOn, string name, int count, long totalYen, byte[] sha256, string content, string by, DateTimeOffset now)
    {
        TenantId = tenantId;
        Id = id;
        Kind = kind;
        PayOn = payOn;
        Name = name;
        Count = count;
        TotalYen = totalYen;
        Sha256 = sha256;
        SealedContent = content;
        By = by;
        At = now;
    }

    private PayFile()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public PayKind Kind { get; private set; }

    /// <summary>支給日.</summary>
    public DateOnly PayOn { get; private set; }

    public string Name { get; private set; } = "";

    public int Count { get; private set; }

    public long TotalYen { get; private set; }

    public byte[] Sha256 { get; private set; } = [];

    /// <summary>In half-width kana, one line a record.</summary>
    public Sealed<string> SealedContent { get; private set; } = null!;

    public string By { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    public string? WithdrawnBy { get; private set; }

    public string? WithdrawReason { get; private set; }

    internal void Withdraw(string by, string reason, DateTimeOffset now) => (WithdrawnAt, WithdrawnBy, WithdrawReason) = (now, by, reason);

    /// <summary>未払金 against 普通預金 on the day of payment, and back.</summary>
    internal JournalEntry Book(JournalKind kind, DateOnly on, DateTimeOffset now)
    {
        var yen = kind == JournalKind.PayPaid ? TotalYen : -TotalYen;
        return JournalEntry.Book(new JournalSource(TenantId, kind, Id, null, Name), on, now, (LedgerAccount.AccruedPay, yen), (LedgerAccount.Bank, -yen));
    }
}

/// <summary>A sheet in a file. It is in one standing file at a time, which the database holds.</summary>
public sealed class PayFileItem(Guid tenantId, Guid fileId, Guid sheetId, long amountYen) : ITenantOwned
{
    public Guid TenantId { get; private set; } = tenantId;

    public Guid FileId { get; private set; } = fileId;

    public Guid SheetId { get; private set; } = sheetId;

    public long AmountYen { get; private set; } = amountYen;

    public bool Standing { get; private set; } = true;

    internal void Fall() => Standing = false;
}

/// <summary>月次計算: the sheets of a month were asked for, and how far they are.</summary>
public sealed class PayRun : ITenantOwned
{
    private PayRun()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public DateOnly Month { get; private set; }

    /// <summary>Another one when the month is computed anew: work of an earlier attempt stops.</summary>
    public Guid Attempt { get; private set; }

    public string StartedBy { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    public int Computed { get; private set; }

    public int Sheets { get; private set; }

    /// <summary>Reported visits of which no attendance says who made them: nobody is paid for them.</summary>
    public int VisitsWithoutShift { get; private set; }

    /// <summary>Numbers of visits whose report was tampered with: nobody is paid for them until it is known what it said.</summary>
    public string[] SetAside { get; private set; } = [];

    public DateTimeOffset? FinishedAt { get; private set; }

    internal static PayRun For(Guid tenantId, DateOnly month, DateTimeOffset now) => new() { TenantId = tenantId, Id = Guid.CreateVersion7(now), Month = month };

    internal void Start(string by, DateTimeOffset now) =>
        (Attempt, StartedBy, StartedAt, Computed, Sheets, FinishedAt) = (Guid.CreateVersion7(now), by, now, 0, 0, null);

    internal void Advance(int computed, int sheets, int visitsWithoutShift, string[] setAside) =>
        (Computed, Sheets, VisitsWithoutShift, SetAside) = (Computed + computed, sheets, visitsWithoutShift, setAside);

    internal void Finish(DateTimeOffset now) => FinishedAt = now;
}
