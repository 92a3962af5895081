using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Data;

/// <summary>
/// Accounts and what opens them. Not a <see cref="ModuleDbContext"/>: these tables have no tenant, and they are read before
/// the request has a scope or a transaction.
/// </summary>
public sealed class IdentityDb(DbContextOptions<IdentityDb> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<HandoverCode> HandoverCodes => Set<HandoverCode>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Authenticator> Authenticators => Set<Authenticator>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<SignInAttempt> SignInAttempts => Set<SignInAttempt>();

    public DbSet<Passkey> Passkeys => Set<Passkey>();

    public DbSet<PasswordReset> PasswordResets => Set<PasswordReset>();

    public DbSet<UsedChallenge> UsedChallenges => Set<UsedChallenge>();

    public DbSet<SecurityEvent> SecurityEvents => Set<SecurityEvent>();

    public DbSet<TrustedClient> TrustedClients => Set<TrustedClient>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<OrganisationEvent> OrganisationEvents => Set<OrganisationEvent>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<Enum>().HaveConversion<string>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.HasDefaultSchema("identity");
        model.Entity<Account>(account =>
        {
            account.HasIndex(a => a.NormalizedUserName).IsUnique();
            account.Property(a => a.ConcurrencyStamp).IsConcurrencyToken();
            account.Ignore(a => a.Email).Ignore(a => a.NormalizedEmail).Ignore(a => a.EmailConfirmed)
                .Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled)
                .Ignore(a => a.LockoutEnabled).Ignore(a => a.LockoutEnd).Ignore(a => a.AccessFailedCount);
        });
        model.Entity<Membership>(membership =>
        {
            membership.HasKey(m => m.Id);
            membership.Property(m => m.IsAdministrator).HasColumnName("administrator");
            membership.Property(m => m.Version).IsRowVersion();
        });
        model.Entity<Invitation>(invitation =>
        {
            invitation.HasKey(i => i.Id);
            invitation.Property(i => i.IsAdministrator).HasColumnName("administrator");
            invitation.Ignore(i => i.Organisation).Ignore(i => i.IsOpen);
        });
        model.Entity<OrganisationEvent>().HasKey(e => e.Id);
        model.Entity<Session>().HasKey(s => s.Sha256);
        model.Entity<HandoverCode>().HasKey(c => c.Sha256);
        model.Entity<Authenticator>().HasKey(a => a.AccountId);
        model.Entity<RecoveryCode>().HasKey(c => new { c.AccountId, c.Sha256 });
        model.Entity<SignInAttempt>().HasKey(a => a.Sha256);
        model.Entity<TrustedClient>(client =>
        {
            client.HasKey(c => c.Id);
            client.Ignore(c => c.Audience);
            client.Property(c => c.IsReadOnly).HasColumnName("read_only");
        });
        model.Entity<PasswordReset>().HasKey(r => r.Sha256);
        model.Entity<UsedChallenge>().HasKey(c => c.Sha256);
        model.Entity<ApiKey>(key =>
        {
            key.HasKey(k => k.Id);
            key.Property(k => k.IsReadOnly).HasColumnName("read_only");
        });
        foreach (var entity in model.Model.GetEntityTypes())
        {
            ModuleDbContext.UseSnakeCase(entity);
        }
    }
}
