using System.Text.Json.Serialization;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>An association as the running portal knows it (Finbuckle's tenant info: Id, Identifier, Name).</summary>
public sealed record TenantInfo(Guid Id, string Identifier, int Version, TenantDocument Document)
{
    public LocalizedText Name => Document.Settings.Name;

    public TenantSettings Settings => Document.Settings;

    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Document.Settings.Zone);

    /// <summary>Its last day, once the closing is announced.</summary>
    public DateOnly? ClosesOn { get; init; }

    /// <summary>It has closed: its records are read, and changed no more.</summary>
    public bool IsHeldAt(DateTimeOffset now) => ClosesOn < DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
}

/// <summary>One version of an association's settings as it is stored.</summary>
/// <param name="Logo">SVG, checked by <see cref="LogoSvg"/>; null in versions stored before logos were.</param>
public sealed record TenantDocument(TenantSettings Settings, PriceList Prices, IReadOnlyList<TownBlock> Areas, string? Logo = null)
{
    /// <summary>All versions of what member clinics accept; none where the association has not written any.</summary>
    public IReadOnlyList<TermsVersion> Terms { get; init; } = [];

    /// <summary>What doctors and drivers are paid; null where the association pays nobody by the portal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PayRates? Pay { get; init; }

    /// <summary>Of each document the version in force on a day.</summary>
    public IReadOnlyList<TermsVersion> TermsOn(DateOnly date) =>
        [.. Terms.Where(t => t.EffectiveFrom <= date).GroupBy(t => t.Document).Select(versions => versions.MaxBy(t => t.EffectiveFrom)!).OrderBy(t => t.Document)];
}

/// <summary>A night desk; the tenants it serves follow from its cover agreements.</summary>
public sealed record DeskInfo(Guid Id, string Identifier, DeskSettings Settings, IReadOnlyList<CoverAgreement> Agreements, string? Logo = null)
{
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Settings.Zone);

    public IEnumerable<TenantId> TenantsAt(DateTimeOffset now)
    {
        var (today, time) = Calendar.WallClock.Of(now, Zone);
        return Agreements.Where(a => a.CoversAt(today, time)).Select(a => new TenantId(a.TenantId)).Distinct();
    }
}

/// <summary>Gives a desk scope in an association, from a day until the night of a day. Those in force, or that will be: signed by both, not revoked.</summary>
/// <remarks>
/// Its scope is one association, whole, in one direction, between two days and, where not every night is meant, on the nights of some weekdays, from noon
/// to noon; no part of an association by area, for the walls know rows by their association, and where a patient lives is encrypted. What the people of a
/// desk may do within it follows from their roles.
/// </remarks>
/// <param name="Nights">Of which weekdays: bit 0 is Monday's.</param>
public sealed record CoverAgreement(Guid TenantId, DateOnly ValidFrom, DateOnly? ValidUntil, int Nights)
{
    public const int EveryNight = 0b111_1111;

    /// <summary>A night bears the date it began and is over at noon, when its reports are in.</summary>
    private static readonly TimeOnly NightEnds = new(12, 0);

    public bool CoversAt(DateOnly today, TimeOnly time)
    {
        var night = time < NightEnds ? today.AddDays(-1) : today;
        return ValidFrom <= today && (ValidUntil is not { } until || night <= until)
            && (Nights == EveryNight || (ValidFrom <= night && (Nights & BitOf(night.DayOfWeek)) != 0));
    }

    public static int BitOf(DayOfWeek day) => 1 << (((int)day + 6) % 7);
}

/// <summary>Finds who a host belongs to. Kept in Finbuckle.MultiTenant's terms so that its package can sit behind it later.</summary>
public interface ITenantResolver
{
    TenantInfo? ByIdentifier(string identifier);

    TenantInfo? ById(Guid id);

    DeskInfo? DeskById(Guid id);

    PortalHost? ByHost(string host);

    IReadOnlyCollection<TenantInfo> Tenants { get; }

    IReadOnlyCollection<DeskInfo> Desks { get; }
}

/// <summary>What a host name stands for: the sign-in host, a desk, or an association.</summary>
public sealed record PortalHost(TenantInfo? Tenant, DeskInfo? Desk)
{
    public static PortalHost SignIn { get; } = new(null, null);

    public bool IsSignIn => Tenant is null && Desk is null;

    /// <summary>First label of the host name; empty for the sign-in host, which has none.</summary>
    public string Identifier => Tenant?.Identifier ?? Desk?.Identifier ?? "";

    /// <summary>What people call it; null for the sign-in host.</summary>
    public Settings.LocalizedText? Name => Tenant?.Name ?? Desk?.Settings.Name;
}
