using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.Agreements;

/// <param name="Other">The desk for an association, the association for a desk.</param>
/// <param name="Key">Of the form: sent twice, one agreement is drafted.</param>
internal sealed record DraftInput(Guid? Other, DateOnly? From, bool FromUnreadable, DateOnly? Until, bool UntilUnreadable, int Nights, string Key);

/// <summary>Proposes an agreement to the other side. It gives nothing before both have signed it.</summary>
internal sealed class DraftAgreement(AgreementRows rows, ITenantResolver tenants, CurrentUser user, TimeProvider clock)
{
    private const int LongestYears = 5;

    public async Task<Result<Guid>> HandleAsync(DraftInput input, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (AgreementParty.Of(user) is not { } party)
        {
            return Error.Forbidden("forbidden");
        }
        var now = clock.GetUtcNow();
        if (Refuse(input, party, WallClock.Of(now, zone).Date) is { } refusal)
        {
            return refusal;
        }
        var (tenant, desk) = party.Side == AgreementSide.Association ? (party.Id, input.Other!.Value) : (input.Other!.Value, party.Id);
        var id = StableId.Of("cover-agreement", $"{user.SessionId}", input.Key);
        await rows.WriteAsync(
            tenant, id, AgreementEventKind.Drafted, party.Side, Agreement.CurrentText, """
            INSERT INTO app.cover_agreement (tenant_id, id, desk_id, valid_from, valid_until, nights, text_version, drafted_at, drafted_by_name, drafted_side)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
            """, [tenant, id, desk, input.From, input.Until, input.Nights, Agreement.CurrentText, now, user.Name, party.Side.ToString()],
            [MailAgreement.Of(tenant, id, AgreementOccasion.Drafted, now)], now, cancellationToken);
        return id;
    }

    private bool IsThere(AgreementParty party, Guid other) =>
        party.Side == AgreementSide.Association ? tenants.DeskById(other) is not null : tenants.ById(other) is not null;

    private Error? Refuse(DraftInput input, AgreementParty party, DateOnly today) => input switch
    {
        { Other: null } => Error.OnField("other", "required"),
        _ when !IsThere(party, input.Other.Value) => Error.OnField("other", "agreement.nobody"),
        { FromUnreadable: true } => Error.OnField("from", "staff.not-a-day"),
        { From: null } => Error.OnField("from", "required"),
        { From: { } first } when first < today => Error.OnField("from", "staff.end-past"),
        { UntilUnreadable: true } => Error.OnField("until", "staff.not-a-day"),
        { Until: null } => Error.OnField("until", "required"),
        { From: { } first, Until: { } last } when last < first => Error.OnField("until", "agreement.end-before-start"),
        { Until: { } last } when last > today.AddYears(LongestYears) => Error.OnField("until", "agreement.too-long", LongestYears),
        { Nights: < 1 or > CoverAgreement.EveryNight } => Error.OnField("nights", "agreement.no-night"),
        _ => null,
    };
}

/// <summary>Signs for the caller's side. With the second signature the desk has its scope.</summary>
internal sealed class SignAgreement(AgreementRows rows, CurrentUser user, TimeProvider clock)
{
    /// <param name="textVersion">Of the text that the form showed.</param>
    public async Task<Result<Guid>> HandleAsync(Guid id, string? textVersion, bool hasRead, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (AgreementParty.Of(user) is not { } party)
        {
            return Error.Forbidden("forbidden");
        }
        if (await rows.FindAsync(party, id, cancellationToken) is not { } agreement)
        {
            return Error.NotFound("not-found");
        }
        var now = clock.GetUtcNow();
        if (agreement.Of(party.Side) is not null)
        {
            return id;
        }
        if (agreement.StateAt(now, zone) != AgreementState.Draft)
        {
            return Error.Conflict("agreement.over");
        }
        if (agreement.TextVersion != textVersion)
        {
            return Error.Conflict("changed-meanwhile");
        }
        if (!hasRead)
        {
            return Error.OnField("read", "agreement.not-read");
        }
        // The column's name is one of two constants. Revoked meanwhile, it changes no row.
        var side = party.Side == AgreementSide.Association ? "association" : "desk";
        var signed = await rows.WriteAsync(
            agreement.TenantId, id, AgreementEventKind.Signed, party.Side, agreement.TextVersion!, $"""
            UPDATE app.cover_agreement SET {side}_signed_at = $3, {side}_signed_by = $4, {side}_signed_by_name = $5
            WHERE tenant_id = $1 AND id = $2 AND {side}_signed_at IS NULL AND revoked_at IS NULL
            """, [agreement.TenantId, id, now, user.Id, user.Name], MailAgreement.AfterSigning(agreement, zone, now), now, cancellationToken);
        return signed ? id : Error.Conflict("changed-meanwhile");
    }
}

/// <summary>Ends the agreement now, by either side alone: what is on every node's mind within seconds, and of open sessions too.</summary>
internal sealed class RevokeAgreement(AgreementRows rows, CurrentUser user, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (AgreementParty.Of(user) is not { } party)
        {
            return Error.Forbidden("forbidden");
        }
        if (await rows.FindAsync(party, id, cancellationToken) is not { } agreement)
        {
            return Error.NotFound("not-found");
        }
        var now = clock.GetUtcNow();
        await rows.WriteAsync(
            agreement.TenantId, id, AgreementEventKind.Revoked, party.Side, agreement.TextVersion ?? "", """
            UPDATE app.cover_agreement SET revoked_at = $3, revoked_by_name = $4, revoked_side = $5 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
            """, [agreement.TenantId, id, now, user.Name, party.Side.ToString()],
            [MailAgreement.Of(agreement.TenantId, id, AgreementOccasion.Revoked, now)], now, cancellationToken);
        return id;
    }
}
