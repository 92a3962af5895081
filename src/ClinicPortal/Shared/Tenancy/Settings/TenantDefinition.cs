using System.ComponentModel.DataAnnotations;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>One association as its folder describes it, checked.</summary>
public sealed record TenantDefinition(
    TenantSettings Settings,
    PriceList Prices,
    IReadOnlyList<TownBlock> Areas,
    string Logo,
    string DemoDirectory)
{
    /// <summary>What member clinics accept; none where the folder has no file of them.</summary>
    public IReadOnlyList<TermsVersion> Terms { get; init; } = [];

    /// <summary>What doctors and drivers are paid; null where the folder has no file of it.</summary>
    public PayRates? Pay { get; init; }

    public TenantDocument Document => new(Settings, Prices, Areas, Logo) { Terms = Terms, Pay = Pay };
}

/// <summary>One shared night desk as its folder describes it, checked.</summary>
public sealed record DeskDefinition(DeskSettings Settings, string Logo, string DemoDirectory);

/// <summary>A row of <c>areas.csv</c>: one 町丁目 that the association serves.</summary>
public sealed record TownBlock
{
    /// <summary>Municipality code (JIS X 0402) and a running number inside it.</summary>
    [RegularExpression("^[0-9]{5}-[0-9]{3}$")]
    public required string Code { get; init; }

    /// <summary>Ward and town block, such as 世田谷区経堂一丁目.</summary>
    public required string Name { get; init; }

    /// <summary>Null where nobody has surveyed the block's centre yet.</summary>
    [Range(20.0, 46.0)]
    public double? Latitude { get; init; }

    [Range(122.0, 154.0)]
    public double? Longitude { get; init; }
}

/// <summary>A mistake in a tenant's folder, for the person who wrote the file.</summary>
/// <param name="File">Path below the tenants folder.</param>
/// <param name="Line">From 1; 0 when the file is missing.</param>
/// <param name="Field">Path of the key such as <c>targets.doorMinutes.orange</c>, or the CSV column.</param>
/// <param name="Message">What is wrong, in the operator's language.</param>
public sealed record SettingsProblem(string File, int Line, string Field, string Message)
{
    public override string ToString() => $"{File}:{Line} {Field}: {Message}";
}
