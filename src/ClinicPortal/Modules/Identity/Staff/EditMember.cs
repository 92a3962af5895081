using System.Globalization;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Staff;

/// <param name="Version">Of the membership as the form showed it.</param>
/// <param name="LastDay">Null: no end is known.</param>
/// <param name="LastDayUnreadable">Something was written, and it is no date.</param>
public sealed record MemberInput(uint? Version, string? Role, DateOnly? LastDay, bool LastDayUnreadable, bool IsAdministrator);

/// <summary>Changes what one of the organisation's people may do, and until when.</summary>
internal sealed class EditMember(StaffUnderChange staff, Sessions sessions, OrganisationLog log)
{
    /// <summary>Beyond that a year was mistyped.</summary>
    private const int FurthestYears = 20;

    /// <param name="zone">Whose days are meant.</param>
    public async Task<Result<Guid>> HandleAsync(Guid id, MemberInput input, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (held.Find(id) is not { } member)
        {
            return Error.NotFound("not-found");
        }
        if (member.Version != input.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        if (Refuse(input, held, zone) is { } refusal)
        {
            return refusal;
        }
        var before = (member.Role, member.IsAdministrator, member.ValidUntil);
        member.ChangeRole(input.Role!);
        member.Administer(input.IsAdministrator);
        member.EndAt(input.LastDay is { } day ? WallClock.EndOf(day, zone) : null);
        if (!held.HasAdministrator)
        {
            return Error.OnField(input.IsAdministrator ? "until" : "administrator", "staff.last-administrator");
        }
        await WriteAsync(held, member, before, input.LastDay, cancellationToken);
        return member.Id;
    }

    private static Error? Refuse(MemberInput input, HeldStaff held, TimeZoneInfo zone) => input switch
    {
        { Role: null } => Error.OnField("role", "required"),
        _ when !held.Organisation.Roles.Contains(input.Role) => Error.OnField("role", "staff.role-unknown"),
        { LastDayUnreadable: true } => Error.OnField("until", "staff.not-a-day"),
        { LastDay: { } day } when day < WallClock.Of(held.Now, zone).Date => Error.OnField("until", "staff.end-past"),
        { LastDay: { } day } when day > WallClock.Of(held.Now, zone).Date.AddYears(FurthestYears) => Error.OnField("until", "staff.not-a-day"),
        _ => null,
    };

    private async Task WriteAsync(
        HeldStaff held, Membership member, (string Role, bool IsAdministrator, DateTimeOffset? ValidUntil) before, DateOnly? lastDay,
        CancellationToken cancellationToken)
    {
        var name = await held.Db.Accounts.Where(a => a.Id == member.AccountId).Select(a => a.DisplayName).SingleAsync(cancellationToken);
        void Log(OrganisationEventKind kind, string? detail = null) => log.Add(held.Db, held.Organisation, kind, member.Id, name, detail);
        if (before.Role != member.Role)
        {
            Log(OrganisationEventKind.RoleChanged, member.Role);
            // Pages that are open were drawn for the old role.
            await sessions.EndOfMembershipAsync(held.Db, member.Id, cancellationToken);
        }
        if (before.IsAdministrator != member.IsAdministrator)
        {
            Log(member.IsAdministrator ? OrganisationEventKind.AdministratorGranted : OrganisationEventKind.AdministratorWithdrawn);
            if (!member.IsAdministrator)
            {
                await held.RevokeInvitationsOfAsync(member, cancellationToken);
            }
        }
        if (before.ValidUntil != member.ValidUntil)
        {
            Log(OrganisationEventKind.EndChanged, lastDay?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
        await held.Db.SaveChangesAsync(cancellationToken);
    }
}

/// <summary>Ends a person's membership now, with the sessions under it.</summary>
internal sealed class RemoveMember(StaffUnderChange staff, Sessions sessions, OrganisationLog log)
{
    /// <param name="version">Of the membership as the form showed it.</param>
    public async Task<Result<Guid>> HandleAsync(Guid id, uint? version, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (held.Find(id) is not { } member)
        {
            return Error.NotFound("not-found");
        }
        if (member.Version != version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        member.EndAt(held.Now);
        if (!held.HasAdministrator)
        {
            return new Error("staff.last-administrator");
        }
        var name = await held.Db.Accounts.Where(a => a.Id == member.AccountId).Select(a => a.DisplayName).SingleAsync(cancellationToken);
        log.Add(held.Db, held.Organisation, OrganisationEventKind.Removed, member.Id, name);
        await sessions.EndOfMembershipAsync(held.Db, member.Id, cancellationToken);
        await held.RevokeInvitationsOfAsync(member, cancellationToken);
        await held.Db.SaveChangesAsync(cancellationToken);
        return member.Id;
    }
}
