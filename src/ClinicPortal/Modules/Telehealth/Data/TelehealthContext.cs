using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Data;

public sealed class TelehealthContext(DbContextOptions<TelehealthContext> options) : ModuleDbContext(options)
{
    public DbSet<Practitioner> Practitioners => Set<Practitioner>();

    public DbSet<Availability> Availabilities => Set<Availability>();

    public DbSet<AvailabilityException> Exceptions => Set<AvailabilityException>();

    public DbSet<Appointment> Appointments => Set<Appointment>();

    public DbSet<AppointmentEvent> Events => Set<AppointmentEvent>();

    public DbSet<Participant> Participants => Set<Participant>();

    public DbSet<GateRecord> Gates => Set<GateRecord>();

    protected override string Schema => "telehealth";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Practitioner>(entity =>
        {
            entity.HasKey(p => new { p.TenantId, p.Id });
            entity.HasIndex(p => new { p.TenantId, p.AccountId }).IsUnique();
        });
        model.Entity<Availability>(entity =>
        {
            entity.HasKey(a => new { a.TenantId, a.Id });
            entity.HasOne<Practitioner>().WithMany().HasForeignKey(a => new { a.TenantId, a.PractitionerId });
        });
        model.Entity<AvailabilityException>(entity =>
        {
            entity.HasKey(e => new { e.TenantId, e.Id });
            entity.HasOne<Practitioner>().WithMany().HasForeignKey(e => new { e.TenantId, e.PractitionerId });
        });
        model.Entity<Appointment>(entity =>
        {
            entity.HasKey(a => new { a.TenantId, a.Id });
            entity.HasOne<Practitioner>().WithMany().HasForeignKey(a => new { a.TenantId, a.PractitionerId });
            entity.Property(a => a.SealedTold).IsSealed();
            entity.Property(a => a.Version).IsRowVersion();
        });
        model.Entity<AppointmentEvent>(entity =>
        {
            entity.HasKey(e => new { e.TenantId, e.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(e => new { e.TenantId, e.AppointmentId });
            entity.Property(e => e.SealedDetails!).IsSealed().IsRequired(false);
        });
        model.Entity<Participant>(entity =>
        {
            entity.HasKey(p => new { p.TenantId, p.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(p => new { p.TenantId, p.AppointmentId });
            entity.Property(p => p.SealedName).IsSealed();
        });
        model.Entity<GateRecord>(entity =>
        {
            entity.HasKey(g => new { g.TenantId, g.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(g => new { g.TenantId, g.AppointmentId });
            entity.Property(g => g.SealedEvidence).IsSealed();
        });
    }
}
