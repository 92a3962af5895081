namespace ClinicPortal.Shared.Data;

/// <summary>The database cannot be used as the portal was started; the message tells an operator what to change.</summary>
public sealed class PortalDatabaseException(string message, Exception? innerException = null)
    : Exception(message, innerException);
