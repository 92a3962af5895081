using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.TrustClients;

/// <param name="Subject">What the issuer calls the machine; the client's id when it is left out.</param>
/// <param name="Scope"><see cref="ManageKeys.KeyInput.Read"/> or <see cref="ManageKeys.KeyInput.ReadWrite"/>.</param>
internal sealed record ClientInput(
    string? Name, string? Issuer, string? ClientId, string? Subject, string? Role, string? Scope, DateOnly? LastDay, bool LastDayUnreadable);

/// <summary>Accepts the tokens of an outside issuer for one machine, in a role of the caller's organisation and for a year at most.</summary>
internal sealed class TrustClient(StaffUnderChange staff, OrganisationLog log, IssuerReader reader, CurrentUser user)
{
    private const int LongestName = 100;
    private const int LongestId = 255;

    public async Task<Result<Guid>> HandleAsync(ClientInput input, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        var errors = Wrong(input, held.Organisation, WallClock.Of(held.Now, zone).Date).ToList();
        if (errors.Count > 0)
        {
            return Result<Guid>.Refused(errors);
        }
        var client = new TrustedClient(
            Guid.CreateVersion7(held.Now), input.Name!, input.Issuer!, input.ClientId!, input.Subject ?? input.ClientId!, held.Organisation, input.Role!,
            input.Scope == ManageKeys.KeyInput.Read, user, held.Now, WallClock.EndOf(input.LastDay!.Value, zone));
        held.Db.Add(client);
        log.Add(held.Db, held.Organisation, OrganisationEventKind.ClientTrusted, client.Id, client.DisplayName, client.Role);
        await held.Db.SaveChangesAsync(cancellationToken);
        return client.Id;
    }

    private IEnumerable<Error> Wrong(ClientInput input, Organisation organisation, DateOnly today)
    {
        foreach (var (field, value, longest) in new[]
        {
            ("name", input.Name, LongestName), ("issuer", input.Issuer, IssuerReader.LongestAddress), ("clientId", input.ClientId, LongestId), ("subject", input.Subject ?? "", LongestId),
        })
        {
            if (value is null)
            {
                yield return Error.OnField(field, "required");
            }
            else if (value.Length > longest)
            {
                yield return Error.OnField(field, "too-long", longest);
            }
        }
        if (input.Issuer is { Length: <= IssuerReader.LongestAddress } issuer && !reader.IsIssuer(issuer))
        {
            yield return Error.OnField("issuer", "issuer.address");
        }
        if (input.Role is not { } role || !organisation.Roles.Contains(role))
        {
            yield return Error.OnField("role", input.Role is null ? "required" : "staff.role-unknown");
        }
        if (input.Scope is not (ManageKeys.KeyInput.Read or ManageKeys.KeyInput.ReadWrite))
        {
            yield return Error.OnField("scope", "required");
        }
        if (input.LastDayUnreadable || input.LastDay is not { } last)
        {
            yield return Error.OnField("until", input.LastDayUnreadable ? "staff.not-a-day" : "required");
        }
        else if (last < today || last > today.AddYears(1))
        {
            yield return Error.OnField("until", last < today ? "staff.end-past" : "key.too-long-valid");
        }
    }
}

/// <summary>Ends it: at once on this node, within seconds on the others.</summary>
internal sealed class RevokeClient(StaffUnderChange staff, MachineTokens tokens, OrganisationLog log)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        var client = await held.Db.TrustedClients.SingleOrDefaultAsync(
            c => c.Id == id && c.OrganisationKind == held.Organisation.Kind && c.OrganisationId == held.Organisation.Id, cancellationToken);
        if (client is null)
        {
            return Error.NotFound("not-found");
        }
        if (client.RevokedAt is null)
        {
            client.Revoke(held.Now);
            log.Add(held.Db, held.Organisation, OrganisationEventKind.ClientRevoked, client.Id, client.DisplayName);
            await held.Db.SaveChangesAsync(cancellationToken);
            tokens.Forget(client.Id);
        }
        return client.Id;
    }
}
