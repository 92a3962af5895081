using System.Text.RegularExpressions;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Demo;

/// <summary>Accounts, memberships and API keys of everybody in the demo folders.</summary>
internal sealed partial class IdentityDemo(
    IDbContextFactory<IdentityDb> contexts, IServiceScopeFactory scopes, DemoAccess access, IPasswordHasher<Account> hasher, IHostEnvironment environment,
    TimeProvider clock) : IDemoSeed
{
    public int Order => 20;

    public async Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken)
    {
        // Known passwords and keys: whatever the configuration says, never outside of Development.
        if (!environment.IsDevelopment())
        {
            return;
        }
        var people = folder.Desks.SelectMany(People).Concat(folder.Tenants.SelectMany(People)).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await db.Accounts.Select(a => a.Id).ToHashSetAsync(cancellationToken);
        var missing = people.Where(p => !known.Contains(p.AccountId)).ToList();
        if (missing.Count > 0)
        {
            Add(db, missing, people.DistinctBy(p => (p.OrganisationKind, p.OrganisationId)).Select(p => p.AccountId).ToHashSet());
            await db.SaveChangesAsync(cancellationToken);
        }
        await EnrolAsync(db, people, cancellationToken);
        access.Offer(
            [.. people.Select(p => new DemoSignIn(p.Folder, p.Host, p.Row.Email, p.Name, p.Role, p.OrganisationName))],
            [.. people.Select(p => p.Key).OfType<string>()]);
    }

    /// <summary>A second factor for each: the demonstration has the same two steps as everybody's sign-in.</summary>
    private async Task EnrolAsync(IdentityDb db, IEnumerable<Person> people, CancellationToken cancellationToken)
    {
        var enrolled = await db.Authenticators.Select(a => a.AccountId).ToHashSetAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var factors = scope.ServiceProvider.GetRequiredService<SecondFactors>();
        foreach (var person in people.Where(p => !enrolled.Contains(p.AccountId)))
        {
            var secret = factors.Protect(person.AccountId, DemoAccess.AuthenticatorSecret(person.Row.Email));
            db.Authenticators.Add(new Authenticator(person.AccountId, secret, 0, clock.GetUtcNow()));
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <param name="administrators">The first of each organisation.</param>
    private void Add(IdentityDb db, IEnumerable<Person> people, HashSet<Guid> administrators)
    {
        var now = clock.GetUtcNow();
        string? hash = null;
        foreach (var person in people)
        {
            var account = new Account(person.AccountId, person.Row.Email, person.Name, $"{person.Row.FamilyKana} {person.Row.GivenKana}", now);
            // One password, so one hash: hashing is slow on purpose, and there are a hundred of them.
            account.PasswordHash = hash ??= hasher.HashPassword(account, DemoAccess.Password);
            db.Accounts.Add(account);
            db.Memberships.Add(new Membership(
                StableId.Of(person.Folder, person.Row.Key, "membership"), account.Id, person.TenantId, person.OrganisationKind, person.OrganisationId,
                person.OrganisationName, person.Role, now, isAdministrator: administrators.Contains(account.Id)));
            if (person.Key is { } key)
            {
                db.ApiKeys.Add(new ApiKey(
                    StableId.Of(person.Folder, person.Row.Key, "key"), Secret.Sha256(key), account.Id, person.Name, person.TenantId, person.OrganisationKind,
                    person.OrganisationId, person.Role, now, expiresAt: null));
            }
        }
    }

    private static IEnumerable<Person> People(DeskDefinition desk)
    {
        var identifier = desk.Settings.Identifier;
        return DemoFolder.Read(desk).Accounts.Select(row => new Person(
            identifier, identifier, row, null, row.Role == DemoRole.PlatformOperator ? OrganisationKind.Platform : OrganisationKind.Desk,
            DeskId(identifier), desk.Settings.Name.Ja, row.Key == "operator1" ? $"demo.{identifier}.operator" : null));
    }

    private static IEnumerable<Person> People(TenantDefinition tenant)
    {
        var identifier = tenant.Settings.Identifier;
        var tenantId = StableId.Of("tenant", identifier);
        var demo = DemoFolder.Read(tenant);
        var names = demo.Clinics.Select(c => (c.Key, c.Name)).Concat(demo.Facilities.Select(f => (f.Key, f.Name))).ToDictionary(o => o.Key, o => o.Name);
        foreach (var row in demo.Staff.Accounts)
        {
            var key = KeyOf(identifier, row);
            yield return row switch
            {
                { Role: DemoRole.NightDoctor or DemoRole.Driver } when tenant.Settings.Desk is { } desk =>
                    new Person(identifier, desk, row, null, OrganisationKind.Desk, DeskId(desk), tenant.Settings.Name.Ja, key),
                { Organisation: { } organisation } => new Person(
                    identifier, identifier, row, tenantId, row.Role == DemoRole.FacilityStaff ? OrganisationKind.CareFacility : OrganisationKind.MemberClinic,
                    StableId.Of(identifier, organisation), names[organisation], key),
                _ => new Person(identifier, identifier, row, tenantId, OrganisationKind.Association, tenantId, tenant.Settings.Name.Ja, key),
            };
        }
    }

    /// <summary>The secretariat, the night doctors, one key a clinic, which acts as its doctor, and one a facility.</summary>
    private static string? KeyOf(string identifier, DemoAccount row) => row.Role switch
    {
        DemoRole.Secretariat or DemoRole.NightDoctor => $"demo.{identifier}.{row.Key}",
        DemoRole.ClinicDoctor or DemoRole.FacilityStaff when row.Organisation is { } organisation => $"demo.{identifier}.{organisation}",
        _ => null,
    };

    private static Guid DeskId(string identifier) => StableId.Of("desk", identifier);

    /// <param name="Host">Identifier of the association or desk where the person works.</param>
    /// <param name="Key">The demo API key that acts as this person.</param>
    private sealed partial record Person(
        string Folder, string Host, DemoAccount Row, Guid? TenantId, OrganisationKind OrganisationKind, Guid OrganisationId, string OrganisationName,
        string? Key)
    {
        public Guid AccountId { get; } = StableId.Of(Folder, Row.Key);

        public string Name => $"{Row.FamilyName} {Row.GivenName}";

        /// <summary>ClinicDoctor → clinic-doctor.</summary>
        public string Role { get; } = WordStart().Replace(Row.Role.ToString(), "-").ToLowerInvariant();

        [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
        private static partial Regex WordStart();
    }
}
