using System.ComponentModel.DataAnnotations;

namespace ClinicPortal.Shared.Tenancy.Settings.Demo;

/// <summary><c>money.yaml</c>: how much the association's clinics use in the months before the day of seeding, and how they pay.</summary>
public sealed record DemoMoney
{
    public required DemoUsage Usage { get; init; }

    /// <summary>The account at the bank that its files name, in kana.</summary>
    public required DemoBank Bank { get; init; }

    /// <summary>Clinics that do not pay all, from their own name, before it is due.</summary>
    public IReadOnlyList<DemoPayer> Payers { get; init; } = [];
}

/// <summary>Demand of home patients, with which the nights are filled.</summary>
public sealed record DemoUsage
{
    /// <summary>Calls of a weekday's night for each thousand patients.</summary>
    [Range(1, 100)]
    public required int CallsPer1000Patients { get; init; }

    /// <summary>Of a day that is out of hours all day, against a weekday's night.</summary>
    [Range(100, 1000)]
    public required int HolidayPercent { get; init; }

    /// <summary>Calls that become a home visit.</summary>
    [Range(0, 100)]
    public required int VisitPercent { get; init; }

    /// <summary>Calls that become a visit by video.</summary>
    [Range(0, 100)]
    public required int VideoPercent { get; init; }

    /// <summary>Home visits to somebody who died.</summary>
    [Range(0, 100)]
    public required int EndOfLifePercent { get; init; }
}

public sealed record DemoBank
{
    [RegularExpression("^[0-9]{4}$")]
    public required string Code { get; init; }

    public required string Kana { get; init; }

    [RegularExpression("^[0-9]{3}$")]
    public required string BranchCode { get; init; }

    public required string BranchKana { get; init; }

    /// <summary>委託者コード for direct debit and for files of pay.</summary>
    [RegularExpression("^[0-9]{10}$")]
    public required string DebtorCode { get; init; }
}

public sealed record DemoPayer
{
    [RegularExpression("^clinic[0-9]+$")]
    public required string Clinic { get; init; }

    public required DemoPaying Pays { get; init; }

    /// <summary>Under which it transfers, in kana; its own name when left out.</summary>
    public string? Name { get; init; }
}

public enum DemoPaying
{
    /// <summary>Less what its bank takes.</summary>
    LessFee,

    /// <summary>Half of the last invoice.</summary>
    Half,
    Nothing,

    /// <summary>The last invoice under another name, so that nobody has said yet whose money it is.</summary>
    Unclear,
}
