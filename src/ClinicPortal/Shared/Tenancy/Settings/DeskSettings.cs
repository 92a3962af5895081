using System.ComponentModel.DataAnnotations;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary><c>tenants/&lt;slug&gt;/desk.yaml</c>: a night desk that answers for several associations on a host of its own.</summary>
public sealed record DeskSettings
{
    /// <summary>The folder's name and the first label of the desk's host.</summary>
    [RegularExpression(HostName.Pattern)]
    public required string Identifier { get; init; }

    public required LocalizedText Name { get; init; }

    [RegularExpression("^#[0-9a-fA-F]{6}$")]
    public required string Accent { get; init; }

    [Parses<ZoneName>]
    public required string Zone { get; init; }

    [Phone]
    public required string Phone { get; init; }

    public required OperatingPartnerSettings OperatingPartner { get; init; }
}

/// <summary>運営委託先: runs desk, cars and rota, and does no medical act.</summary>
public sealed record OperatingPartnerSettings
{
    public required LocalizedText Name { get; init; }

    [Phone]
    public required string Phone { get; init; }

    /// <summary>The medical institution whose doctors it refers for the nights.</summary>
    public required InstitutionSettings Institution { get; init; }
}
