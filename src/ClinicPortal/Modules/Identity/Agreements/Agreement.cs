using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.Agreements;

/// <summary>The two who agree. The desk gets scope in the association, never the other way round.</summary>
public enum AgreementSide
{
    Association,
    Desk,
}

public enum AgreementState
{
    Draft,
    InForce,
    Upcoming,
    Expired,
    Revoked,
}

public enum AgreementEventKind
{
    Drafted,
    Signed,
    Revoked,
}

public sealed record Signature(DateTimeOffset At, string Name);

public sealed record AgreementEvent(DateTimeOffset At, AgreementEventKind Kind, AgreementSide Side, string Name, string TextVersion);

/// <summary>A cover agreement as it stands: what it gives, who has signed it, whether it was revoked.</summary>
/// <param name="Nights">Of which weekdays: see <see cref="CoverAgreement"/>.</param>
/// <param name="ImportedAt">Taken over from <c>tenants/</c>, which stands for both signatures.</param>
/// <param name="TextVersion">Of the text that both sign; none where it was imported.</param>
public sealed record Agreement(
    Guid TenantId, Guid Id, Guid DeskId, DateOnly ValidFrom, DateOnly? ValidUntil, int Nights, DateTimeOffset? ImportedAt, string? TextVersion,
    Signature? Association, Signature? Desk, Signature? Revoked)
{
    /// <summary>Of the text in the resources, under <c>AgreementText.</c>; older ones stay there for as long as an agreement names them.</summary>
    public const string CurrentText = "2026-11";

    public bool IsSigned => ImportedAt is not null || (Association is not null && Desk is not null);

    public Signature? Of(AgreementSide side) => side == AgreementSide.Association ? Association : Desk;

    public AgreementState StateAt(DateTimeOffset now, TimeZoneInfo zone)
    {
        var (today, _) = WallClock.Of(now, zone);
        return Revoked is not null ? AgreementState.Revoked
            : ValidUntil < today ? AgreementState.Expired
            : !IsSigned ? AgreementState.Draft
            : today < ValidFrom ? AgreementState.Upcoming
            : AgreementState.InForce;
    }
}

/// <summary>For whom somebody signs, drafts and revokes.</summary>
/// <param name="Id">Of the association or the desk.</param>
internal sealed record AgreementParty(AgreementSide Side, Guid Id)
{
    /// <summary>Null for whoever speaks for neither an association nor a desk.</summary>
    public static AgreementParty? Of(CurrentUser user) => user switch
    {
        { IsAdministrator: true, OrganisationKind: OrganisationKind.Association, Role: Roles.Secretariat, TenantId: { } tenant } =>
            new AgreementParty(AgreementSide.Association, tenant),
        { IsAdministrator: true, OrganisationKind: OrganisationKind.Desk, OrganisationId: { } desk } => new AgreementParty(AgreementSide.Desk, desk),
        _ => null,
    };

    public bool IsPartyTo(Agreement agreement) => Id == (Side == AgreementSide.Association ? agreement.TenantId : agreement.DeskId);
}
