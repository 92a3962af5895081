using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Data;

/// <summary>The part of identity that is an association's own, and behind its walls: its provider, and whom that means.</summary>
public sealed class OutsideSignInContext(DbContextOptions<OutsideSignInContext> options) : ModuleDbContext(options)
{
    public DbSet<OutsideProvider> Providers => Set<OutsideProvider>();

    public DbSet<OutsideLink> Links => Set<OutsideLink>();

    public DbSet<OutsideRequest> Requests => Set<OutsideRequest>();

    protected override string Schema => "identity";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<OutsideProvider>(provider =>
        {
            provider.HasKey(p => new { p.TenantId, p.Id });
            provider.Property(p => p.ClientSecret!).IsSealed().IsRequired(false);
            provider.Property(p => p.IsOffered).HasColumnName("offered");
            provider.Property(p => p.Version).IsRowVersion();
        });
        model.Entity<OutsideLink>().HasKey(l => new { l.TenantId, l.Id });
        model.Entity<OutsideRequest>().HasKey(r => new { r.TenantId, r.StateSha256 });
    }
}

/// <summary>
/// The same on the sign-in host, where nobody has a scope: one step of a sign-in, in the scope of the association whose provider is asked,
/// in a transaction of its own that is over before a stranger's server is waited for.
/// </summary>
internal sealed class OutsideSignInSteps(IServiceScopeFactory scopes)
{
    public async Task<T> RunAsync<T>(IEnumerable<Guid> tenants, Func<OutsideSignInContext, Task<T>> step, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal, tenants.Select(id => new TenantId(id)), cancellationToken);
        var result = await step(scope.ServiceProvider.GetRequiredService<OutsideSignInContext>());
        await session.CommitAsync(cancellationToken);
        return result;
    }
}
