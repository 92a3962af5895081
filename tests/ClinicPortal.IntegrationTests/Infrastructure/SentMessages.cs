using System.Collections.Concurrent;
using ClinicPortal.Modules.Notifications.Contracts;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>Stands where the service for short messages would: keeps every message, and refuses as many as it is told to.</summary>
public sealed class SentMessages : ISmsGateway
{
    private int refusals;

    public ConcurrentQueue<Sms> Sent { get; } = [];

    public void RefuseNext(int count) => refusals = count;

    public Task SendAsync(Sms sms, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref refusals) >= 0)
        {
            throw new SmsRefusedException("Put off.");
        }
        Sent.Enqueue(sms);
        return Task.CompletedTask;
    }
}
