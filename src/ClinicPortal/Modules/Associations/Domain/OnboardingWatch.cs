using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>Since when a clinic's checklist has not moved, looked at once a day.</summary>
public sealed class OnboardingWatch : ITenantOwned
{
    /// <summary>After how many days of standing still a clinic is reminded.</summary>
    public static readonly IReadOnlyList<int> RemindAfterDays = [3, 7, 14];

    public OnboardingWatch(Guid tenantId, Guid clinicId, int stepsDone, DateTimeOffset since)
    {
        TenantId = tenantId;
        ClinicId = clinicId;
        StepsDone = stepsDone;
        Since = since;
    }

    private OnboardingWatch()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid ClinicId { get; private set; }

    public int StepsDone { get; private set; }

    /// <summary>When the last step was found to be done.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>The last of <see cref="RemindAfterDays"/> that was reached; 0 before the first.</summary>
    public int RemindedAfterDays { get; private set; }

    public DateTimeOffset? RemindedAt { get; private set; }

    public int DaysAt(DateTimeOffset now) => Math.Max(0, (int)(now - Since).TotalDays);

    public bool IsLateAt(DateTimeOffset now) => DaysAt(now) >= RemindAfterDays[0];

    /// <returns>Whether the clinic is to be reminded now.</returns>
    public bool Look(int stepsDone, DateTimeOffset now)
    {
        if (stepsDone != StepsDone)
        {
            (StepsDone, Since, RemindedAfterDays) = (stepsDone, now, 0);
            return false;
        }
        var reached = RemindAfterDays.LastOrDefault(days => days <= DaysAt(now));
        if (reached <= RemindedAfterDays)
        {
            return false;
        }
        RemindedAfterDays = reached;
        return true;
    }

    public void NoteReminder(DateTimeOffset now) => RemindedAt = now;
}
