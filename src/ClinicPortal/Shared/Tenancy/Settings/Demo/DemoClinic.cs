using System.ComponentModel.DataAnnotations;

namespace ClinicPortal.Shared.Tenancy.Settings.Demo;

/// <summary>A row of <c>clinics.csv</c>.</summary>
public sealed record DemoClinic
{
    [RegularExpression("^clinic[0-9]+$")]
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Kana { get; init; }

    [Parses<InstitutionCode>]
    public required string InstitutionCode { get; init; }

    public required HomeCareSupport HomeCareSupport { get; init; }

    [Phone]
    public required string Phone { get; init; }

    [Phone]
    public required string Fax { get; init; }

    /// <summary>Code of the town block in <c>areas.csv</c>.</summary>
    public required string TownBlock { get; init; }

    public required string Address { get; init; }

    public required double Latitude { get; init; }

    public required double Longitude { get; init; }

    public required IReadOnlyList<PostedHours> PostedHours { get; init; }

    /// <summary>The director first.</summary>
    public required IReadOnlyList<string> Doctors { get; init; }

    /// <summary>Code of the plan in the price list.</summary>
    public required string Plan { get; init; }
}

/// <summary>A row of <c>facilities.csv</c>.</summary>
public sealed record DemoFacility
{
    [RegularExpression("^facility[0-9]+$")]
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Kana { get; init; }

    /// <summary>Kind of home, such as 特別養護老人ホーム, which has doctor rules of its own.</summary>
    public required string Kind { get; init; }

    [Phone]
    public required string Phone { get; init; }

    /// <summary>Code of the town block in <c>areas.csv</c>.</summary>
    public required string TownBlock { get; init; }

    public required string Address { get; init; }

    public required double Latitude { get; init; }

    public required double Longitude { get; init; }
}
