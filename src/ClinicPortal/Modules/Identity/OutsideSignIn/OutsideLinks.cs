using System.Security.Cryptography;
using System.Text.Json;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.ChoosePlace;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>A provider that the person may sign in by, or could.</summary>
/// <param name="LinkId">None while it is not linked.</param>
/// <param name="IsOffered">Whether the association has it in use.</param>
public sealed record OutsideLinkRow(
    string Association, LocalizedText Name, TimeZoneInfo Zone, string Issuer, Guid? LinkId, DateTimeOffset? LinkedAt, DateTimeOffset? LastUsedAt, bool IsOffered);

/// <summary>Asks the person whether the provider's account is theirs.</summary>
/// <param name="Sealed">Whom it would link, to this account only; readable by the portal only, for ten minutes.</param>
public sealed record LinkOffer(string AccountName, LocalizedText Association, string Issuer, string Person, string Sealed);

/// <summary>Whom an association's provider means by a subject: linked by the person, who has just proved to the portal itself who they are.</summary>
internal sealed class OutsideLinks(
    OutsideSignInSteps steps, Places places, FreshProof proof, SecurityLog log, IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Path = "/account/outside";

    private static readonly TimeSpan OfferLasts = TimeSpan.FromMinutes(10);

    public async Task<IReadOnlyList<OutsideLinkRow>> OfAsync(SignedIn here, CancellationToken cancellationToken)
    {
        var mine = (await TenantsOfAsync(here, cancellationToken)).ToDictionary(t => t.Id);
        var (providers, links) = await steps.RunAsync(mine.Keys, async db => (
            await db.Providers.AsNoTracking().Where(p => p.IsOffered).ToListAsync(cancellationToken),
            await db.Links.AsNoTracking().Where(l => l.AccountId == here.AccountId).ToListAsync(cancellationToken)), cancellationToken);
        var linked = from link in links
                     let tenant = mine[link.TenantId]
                     select new OutsideLinkRow(
                         tenant.Identifier, tenant.Name, tenant.Zone, link.Issuer, link.Id, link.LinkedAt, link.LastUsedAt,
                         providers.Any(p => p.TenantId == link.TenantId && p.Issuer == link.Issuer));
        var open = from provider in providers
                   where !links.Any(l => l.TenantId == provider.TenantId && l.Issuer == provider.Issuer)
                   let tenant = mine[provider.TenantId]
                   select new OutsideLinkRow(tenant.Identifier, tenant.Name, tenant.Zone, provider.Issuer, null, null, null, true);
        return [.. linked.Concat(open).OrderBy(r => r.Association, StringComparer.Ordinal)];
    }

    /// <returns>What to ask; null unless somebody of that association has just proved who they are, here and not to a provider.</returns>
    public async Task<LinkOffer?> OfferAsync(SignedIn here, TenantInfo tenant, OutsidePerson person, CancellationToken cancellationToken) =>
        await MayLinkAsync(here, tenant.Id, cancellationToken)
            ? new LinkOffer(here.Name, tenant.Name, person.Issuer, person.Name, Protector(here).Protect(JsonSerializer.Serialize(person), OfferLasts))
            : null;

    public async Task<Result<Guid>> LinkAsync(SignedIn here, string sealedPerson, CancellationToken cancellationToken)
    {
        if (Open(here, sealedPerson) is not { } person || !await MayLinkAsync(here, person.TenantId, cancellationToken))
        {
            return new Error("outside.not-fresh");
        }
        try
        {
            var id = await steps.RunAsync([person.TenantId], async db =>
            {
                var link = new OutsideLink(person.TenantId, person.Issuer, person.Subject, here.AccountId, clock.GetUtcNow());
                db.Links.Add(link);
                await db.SaveChangesAsync(cancellationToken);
                return link.Id;
            }, cancellationToken);
            await log.NoteAsync(here.AccountId, SecurityEventKind.OutsideLinked, here.SignInId, cancellationToken);
            return id;
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Error("outside.linked-already");
        }
    }

    public async Task<Result<Guid>> RemoveAsync(SignedIn here, Guid id, CancellationToken cancellationToken)
    {
        var tenants = (await TenantsOfAsync(here, cancellationToken)).Select(t => t.Id);
        var removed = await steps.RunAsync(
            tenants, db => db.Links.Where(l => l.Id == id && l.AccountId == here.AccountId).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        if (removed == 0)
        {
            return Error.NotFound("not-found");
        }
        await log.NoteAsync(here.AccountId, SecurityEventKind.OutsideUnlinked, here.SignInId, cancellationToken);
        return id;
    }

    private async Task<bool> MayLinkAsync(SignedIn here, Guid tenantId, CancellationToken cancellationToken) =>
        proof.IsFresh && (await TenantsOfAsync(here, cancellationToken)).Any(t => t.Id == tenantId);

    private async Task<IEnumerable<TenantInfo>> TenantsOfAsync(SignedIn here, CancellationToken cancellationToken) =>
        (await places.OfAsync(here, cancellationToken)).Select(p => p.Host.Tenant).OfType<TenantInfo>().DistinctBy(t => t.Id);

    private OutsidePerson? Open(SignedIn here, string sealedPerson)
    {
        try
        {
            return JsonSerializer.Deserialize<OutsidePerson>(Protector(here).Unprotect(sealedPerson));
        }
        catch (Exception altered) when (altered is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector Protector(SignedIn here) =>
        protection.CreateProtector("identity.outside-link", here.AccountId.ToString("N")).ToTimeLimitedDataProtector();
}
