using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>テスト受電: a clinic asks to be called at its registered number, and whoever takes its calls at night says whether somebody answered.</summary>
public sealed class TestCall : ITenantOwned
{
    public TestCall(MemberClinic clinic, CurrentUser by, DateTimeOffset now)
    {
        TenantId = clinic.TenantId;
        Id = Guid.CreateVersion7(now);
        ClinicId = clinic.Id;
        RequestedAt = now;
        RequestedById = by.Id;
        RequestedByName = by.Name;
    }

    private TestCall()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public DateTimeOffset RequestedAt { get; private set; }

    public Guid RequestedById { get; private set; }

    public string RequestedByName { get; private set; } = "";

    /// <summary>The number that was called.</summary>
    public string? Phone { get; private set; }

    /// <summary>Null while nobody has called.</summary>
    public bool? Answered { get; private set; }

    public DateTimeOffset? CalledAt { get; private set; }

    public Guid? CalledById { get; private set; }

    public string? CalledByName { get; private set; }

    /// <returns>False when somebody else has called meanwhile.</returns>
    public bool NoteCall(string phone, bool answered, CurrentUser by, DateTimeOffset now)
    {
        if (CalledAt is not null)
        {
            return false;
        }
        Phone = phone;
        Answered = answered;
        CalledAt = now;
        CalledById = by.Id;
        CalledByName = by.Name;
        return true;
    }
}
