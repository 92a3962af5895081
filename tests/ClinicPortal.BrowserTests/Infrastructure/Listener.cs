using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>Hears the logs of all nodes of the suite, from before the first until the test that looks through them.</summary>
public sealed class Listener
{
    public Listener() => SuiteLog.Listening = new SuiteLog();
}
