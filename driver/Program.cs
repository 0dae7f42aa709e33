Console.Error.WriteLine("csi-secrets: no verb yet");
return 2;
