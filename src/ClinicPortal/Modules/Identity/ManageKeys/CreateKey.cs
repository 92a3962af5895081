using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Identity.ManageKeys;

/// <param name="Scope"><see cref="Read"/> or <see cref="ReadWrite"/>.</param>
internal sealed record KeyInput(string? Name, string? Role, string? Scope, DateOnly? LastDay, bool LastDayUnreadable)
{
    public const string Read = "read";
    public const string ReadWrite = "read-write";
}

/// <param name="Secret">Shown once; only its hash is stored.</param>
internal sealed record MadeKey(Guid Id, string Secret);

/// <summary>Makes a key with which a machine acts for the caller's organisation, in one of its roles and for a year at most.</summary>
internal sealed class CreateKey(StaffUnderChange staff, OrganisationLog log, CurrentUser user)
{
    private const int LongestName = 100;

    public async Task<Result<MadeKey>> HandleAsync(KeyInput input, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (Refuse(input, held.Organisation, WallClock.Of(held.Now, zone).Date) is { } refusal)
        {
            return refusal;
        }
        var secret = ApiKey.NewSecret();
        var key = ApiKey.OfOrganisation(
            secret, input.Name!, held.Organisation, input.Role!, input.Scope == KeyInput.Read, user.Name, held.Now,
            WallClock.EndOf(input.LastDay!.Value, zone));
        held.Db.Add(key);
        log.Add(held.Db, held.Organisation, OrganisationEventKind.KeyCreated, key.Id, key.DisplayName, key.Role);
        await held.Db.SaveChangesAsync(cancellationToken);
        return new MadeKey(key.Id, secret);
    }

    private static Error? Refuse(KeyInput input, Organisation organisation, DateOnly today) => input switch
    {
        { Name: null } => Error.OnField("name", "required"),
        { Name.Length: > LongestName } => Error.OnField("name", "too-long", LongestName),
        { Role: null } => Error.OnField("role", "required"),
        _ when !organisation.Roles.Contains(input.Role) => Error.OnField("role", "staff.role-unknown"),
        { Scope: not (KeyInput.Read or KeyInput.ReadWrite) } => Error.OnField("scope", "required"),
        { LastDayUnreadable: true } => Error.OnField("until", "staff.not-a-day"),
        { LastDay: null } => Error.OnField("until", "required"),
        _ when input.LastDay < today => Error.OnField("until", "staff.end-past"),
        _ when input.LastDay > today.AddYears(1) => Error.OnField("until", "key.too-long-valid"),
        _ => null,
    };
}
