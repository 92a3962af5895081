namespace ClinicPortal.Modules.Associations.Contracts;

/// <summary>Something that is agreed for a day on which a clinic is no member any more, or is suspended.</summary>
/// <param name="Number">By which the clinic finds it.</param>
/// <param name="Who">The doctor; no patient: the secretariat sees none.</param>
/// <param name="Path">Where the secretariat settles it.</param>
public sealed record OpenAfterwards(string Number, DateTimeOffset At, string Who, string Path);

/// <summary>What a module that builds on this one has still open for a clinic after a day: whoever ends a membership is shown it, and somebody has to call those it concerns.</summary>
public interface IOpenAfterMembership
{
    /// <param name="last">The last day as a member, or before a suspension.</param>
    Task<IReadOnlyList<OpenAfterwards>> ListAsync(ClinicId clinic, DateOnly last, CancellationToken cancellationToken);
}
