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

    public DbSet<UsedTicket> UsedTickets => Set<UsedTicket>();

    public DbSet<Signal> Signals => Set<Signal>();

    public DbSet<RoomMessage> RoomMessages => Set<RoomMessage>();

    public DbSet<CallStatistics> CallStatistics => Set<CallStatistics>();

    public DbSet<CarePlan> CarePlans => Set<CarePlan>();

    public DbSet<IdentityDocument> Documents => Set<IdentityDocument>();

    public DbSet<Pharmacy> Pharmacies => Set<Pharmacy>();

    public DbSet<ConsultationNote> Notes => Set<ConsultationNote>();

    public DbSet<Prescription> Prescriptions => Set<Prescription>();

    public DbSet<PrescriptionNotice> Notices => Set<PrescriptionNotice>();

    public DbSet<ConsultationRating> Ratings => Set<ConsultationRating>();

    public DbSet<WaitingEntry> Waiting => Set<WaitingEntry>();

    public DbSet<WaitingOffer> Offers => Set<WaitingOffer>();

    public DbSet<OutgoingMessage> Messages => Set<OutgoingMessage>();

    protected override string Schema => "telehealth";

    /// <summary>Until the end of the transaction nobody else lets anybody into the room.</summary>
    public Task LockRoomAsync(Appointment appointment, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT FROM telehealth.appointment WHERE tenant_id = {appointment.TenantId} AND id = {appointment.Id} FOR UPDATE", cancellationToken);

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
        model.Entity<UsedTicket>().HasKey(t => new { t.TenantId, t.Id });
        model.Entity<Signal>(entity =>
        {
            entity.HasKey(s => new { s.TenantId, s.Id });
            entity.Property(s => s.SealedMessage).IsSealed();
        });
        model.Entity<RoomMessage>(entity =>
        {
            entity.HasKey(m => new { m.TenantId, m.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(m => new { m.TenantId, m.AppointmentId });
            entity.HasOne<Participant>().WithMany().HasForeignKey(m => new { m.TenantId, m.ParticipantId });
            entity.Property(m => m.SealedText!).IsSealed().IsRequired(false);
            entity.Property(m => m.SealedPhoto!).IsSealed().IsRequired(false);
        });
        model.Entity<CallStatistics>(entity =>
        {
            entity.HasKey(c => new { c.TenantId, c.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(c => new { c.TenantId, c.AppointmentId });
            entity.HasOne<Participant>().WithMany().HasForeignKey(c => new { c.TenantId, c.ParticipantId });
        });
        model.Entity<WaitingEntry>(entity =>
        {
            entity.HasKey(e => new { e.TenantId, e.Id });
            entity.HasOne<Practitioner>().WithMany().HasForeignKey(e => new { e.TenantId, e.PractitionerId });
            entity.Property(e => e.SealedTold).IsSealed();
            entity.Property(e => e.Version).IsRowVersion();
        });
        model.Entity<WaitingOffer>(entity =>
        {
            entity.HasKey(o => new { o.TenantId, o.Id });
            entity.HasOne<WaitingEntry>().WithMany().HasForeignKey(o => new { o.TenantId, o.EntryId });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(o => new { o.TenantId, o.AppointmentId });
            entity.Property(o => o.Version).IsRowVersion();
        });
        model.Entity<OutgoingMessage>(entity =>
        {
            entity.HasKey(m => new { m.TenantId, m.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(m => new { m.TenantId, m.AppointmentId });
            entity.Property(m => m.SealedContent).IsSealed();
        });
        CareTables.Configure(model);
    }
}
