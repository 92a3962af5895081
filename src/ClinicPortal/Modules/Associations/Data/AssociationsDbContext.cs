using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Data;

public sealed class AssociationsDbContext(DbContextOptions<AssociationsDbContext> options) : ModuleDbContext(options)
{
    public DbSet<MemberClinic> Clinics => Set<MemberClinic>();

    public DbSet<CareFacility> Facilities => Set<CareFacility>();

    public DbSet<MembershipChange> Changes => Set<MembershipChange>();

    public DbSet<TermsAcceptance> Acceptances => Set<TermsAcceptance>();

    public DbSet<StepWaiver> Waivers => Set<StepWaiver>();

    public DbSet<TestCall> TestCalls => Set<TestCall>();

    public DbSet<OnboardingWatch> Watches => Set<OnboardingWatch>();

    public DbSet<MemberImport> Imports => Set<MemberImport>();

    protected override string Schema => "associations";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<MemberClinic>(clinic =>
        {
            clinic.HasKey(c => new { c.TenantId, c.Id });
            clinic.Property(c => c.PostedHours).HasJson();
            clinic.Property<PaymentArrangement>(nameof(MemberClinic.Payment)).HasJson();
            clinic.Property(c => c.Version).IsRowVersion();
            clinic.HasMany(c => c.Changes).WithOne().HasForeignKey(c => new { c.TenantId, c.ClinicId });
            clinic.HasMany(c => c.Physicians).WithOne().HasForeignKey(p => new { p.TenantId, p.ClinicId });
        });
        model.Entity<Physician>().HasKey(p => new { p.TenantId, p.Id });
        model.Entity<TermsAcceptance>().HasKey(a => new { a.TenantId, a.Id });
        model.Entity<StepWaiver>().HasKey(w => new { w.TenantId, w.Id });
        model.Entity<OnboardingWatch>().HasKey(w => new { w.TenantId, w.ClinicId });
        model.Entity<TestCall>().HasKey(t => new { t.TenantId, t.Id });
        model.Entity<MembershipChange>().HasKey(c => new { c.TenantId, c.Id });
        model.Entity<MemberImport>(import =>
        {
            import.HasKey(i => new { i.TenantId, i.Id });
            import.Property(i => i.Version).IsRowVersion();
        });
        model.Entity<CareFacility>().HasKey(f => new { f.TenantId, f.Id });
    }
}
