namespace ClinicPortal.Shared.Access;

/// <summary>Which sessions of people are still good. Answered by whoever signs people in.</summary>
public interface ISessionDirectory
{
    /// <returns>Those of the given sessions (<see cref="CurrentUser.SessionId"/>) that have not ended, with a membership that has not either.</returns>
    Task<IReadOnlySet<Guid>> LiveAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancellationToken);
}
