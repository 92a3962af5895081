using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClinicPortal.Shared.Tenancy.Settings.Demo;

/// <summary>A row of <c>patients.csv</c>. Nobody in it exists. Lists are separated by semicolons.</summary>
/// <remarks>Recent days are counted back from the day of seeding, so that the demonstration does not age.</remarks>
public sealed record DemoPatient
{
    /// <summary>The clinic's own chart number (カルテ番号).</summary>
    public required string ChartNumber { get; init; }

    public required string FamilyName { get; init; }

    public required string GivenName { get; init; }

    public required string FamilyKana { get; init; }

    public required string GivenKana { get; init; }

    public required DateOnly BirthDate { get; init; }

    public required Sex Sex { get; init; }

    [Phone]
    public required string Phone { get; init; }

    [Phone]
    public string? Mobile { get; init; }

    /// <summary>Code of the town block in <c>areas.csv</c>.</summary>
    public required string TownBlock { get; init; }

    public required string Address { get; init; }

    public required double Latitude { get; init; }

    public required double Longitude { get; init; }

    /// <summary>Key of the primary physician's clinic.</summary>
    public required string PrimaryClinic { get; init; }

    /// <summary>Key of the secondary physician's clinic.</summary>
    public string? SecondaryClinic { get; init; }

    public string? Facility { get; init; }

    public string? Room { get; init; }

    public required IReadOnlyList<string> Conditions { get; init; }

    public required IReadOnlyList<string> Medicines { get; init; }

    /// <summary>頓用 at home.</summary>
    public required IReadOnlyList<string> AsNeededMedicines { get; init; }

    /// <summary>麻薬 at home.</summary>
    public required IReadOnlyList<string> Narcotics { get; init; }

    public required IReadOnlyList<string> Allergies { get; init; }

    public required IReadOnlyList<DemoDevice> Devices { get; init; }

    public required bool Dnar { get; init; }

    /// <summary>The document on wishes for the end of life (ACP); null where there is none.</summary>
    public DateOnly? AcpDate { get; init; }

    public string? AcpSigner { get; init; }

    public string? Wishes { get; init; }

    /// <summary>In the order to be called.</summary>
    public required IReadOnlyList<DemoKeyPerson> KeyPersons { get; init; }

    /// <summary>How to get in: key box, intercom, door.</summary>
    public required string Entry { get; init; }

    public string? Parking { get; init; }

    public string? Pets { get; init; }

    public string? Infection { get; init; }

    /// <summary>要介護度.</summary>
    public required string CareLevel { get; init; }

    public required string Insurance { get; init; }

    /// <summary>負担割合, in tenths.</summary>
    [Range(0, 3)]
    public required int BurdenTenths { get; init; }

    /// <summary>公費 and マル障.</summary>
    public string? PublicExpense { get; init; }

    public string? CareManager { get; init; }

    [Phone]
    public string? CareManagerPhone { get; init; }

    public string? HomeNursing { get; init; }

    [Phone]
    public string? HomeNursingPhone { get; init; }

    public string? BackupHospital { get; init; }

    /// <summary>Days since the last 訪問診療.</summary>
    [Range(0, 365)]
    public required int LastScheduledVisitDaysAgo { get; init; }

    public string? StandingInstructions { get; init; }
}

/// <summary>Tube, oxygen or catheter, written as <c>name/size/days since the last change</c>.</summary>
public sealed record DemoDevice(string Name, string Size, int ChangedDaysAgo) : IParsable<DemoDevice>
{
    public static DemoDevice Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var device) ? device : throw new FormatException($"'{s}' is no device.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out DemoDevice result)
    {
        result = s?.Split('/') is [var name, var size, var days] && int.TryParse(days, NumberStyles.None, provider, out var ago)
            ? new DemoDevice(name, size, ago)
            : null;
        return result is not null;
    }
}

/// <summary>Written as <c>name/relation/phone</c>.</summary>
public sealed record DemoKeyPerson(string Name, string Relation, string Phone) : IParsable<DemoKeyPerson>
{
    public static DemoKeyPerson Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var person) ? person : throw new FormatException($"'{s}' is no key person.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out DemoKeyPerson result)
    {
        result = s?.Split('/') is [var name, var relation, var phone] ? new DemoKeyPerson(name, relation, phone) : null;
        return result is not null;
    }
}
